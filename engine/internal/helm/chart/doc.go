// Package chart reads charts and their values: bounded, refusing files that a chart must not reach,
// and from memory while no file has changed. It also lists and downloads dependencies.
package chart
