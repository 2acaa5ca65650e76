package stages

import (
	"context"
	"errors"
	"fmt"

	"seatrial/engine/internal/simulation/registry"
)

// Applied is an applied Stage as the engine service lists it.
type Applied struct {
	ID string `json:"id"`
	registry.Target
	File string `json:"file,omitempty"`
	Name string `json:"name"`
	// APIVersion and Kind are those of the objects that the Stage is for.
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	// Waiting reports that the API server does not serve the kind yet.
	Waiting bool `json:"waiting,omitempty"`
	// Plays is the number of times that the Stage was played.
	Plays int `json:"plays"`
	// Objects are the names of the objects that the Stage was played on, with their namespaces, in the
	// order of the first play. It stays empty for a Stage of all namespaces, which could be played on
	// any number of objects.
	Objects []string `json:"objects"`
	// Problems are what went wrong with the Stage, each once.
	Problems []string `json:"problems,omitempty"`
}

// Apply applies Stages to the objects of one namespace or, when it is empty, of all. They affect
// existing objects and future ones, also of kinds that are not served yet. It returns the Stages'
// ids in order. If one Stage is invalid, none is applied; the error names all mistakes.
func (p *Player) Apply(ctx context.Context, target registry.Target, sources []Source) ([]string, error) {
	var problems []error
	var stages []*stage
	for _, source := range sources {
		s, err := p.prepare(ctx, source, target.Namespace)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		stages = append(stages, s)
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return p.registry.Apply(target, stages...), nil
}

// prepare reads a Stage and checks that its kind is served or may be served later.
func (p *Player) prepare(ctx context.Context, source Source, namespace string) (*stage, error) {
	s, err := read(source)
	if err != nil {
		return nil, err
	}
	s.namespace = namespace
	if namespace != "" && s.gvk == nodeKind {
		err = errors.New(`spec.resourceRef.kind is "Node", and no Node belongs to a namespace`)
	} else {
		err = p.checkServed(ctx, s.gvk)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.title(), err)
	}
	return s, nil
}

// Remove removes Stages and returns the ids of those that were applied.
func (p *Player) Remove(ids []string) []string { return p.registry.Remove(ids) }

// RemoveNamespace removes the Stages of a deleted namespace.
func (p *Player) RemoveNamespace(namespace string) { p.registry.RemoveNamespace(namespace) }

// List returns the Stages that were applied to one namespace, or all when it is empty, oldest first.
func (p *Player) List(namespace string) []Applied {
	list := []Applied{}
	for _, entry := range p.registry.List(namespace) {
		s := entry.Value
		applied := Applied{
			ID: entry.ID, Target: entry.Target, File: s.file, Name: s.name,
			APIVersion: s.gvk.GroupVersion().String(), Kind: s.gvk.Kind, Waiting: !p.isWatched(s.gvk),
		}
		s.history.copyTo(&applied)
		list = append(list, applied)
	}
	return list
}
