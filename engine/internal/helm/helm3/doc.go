// Package helm3 runs Helm 3 next to Helm 4: its chart loader, renderer, lint rules and actions. Its
// results have the types of Helm 4, which are those of the same stored format.
package helm3
