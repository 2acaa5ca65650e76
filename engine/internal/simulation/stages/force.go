package stages

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/tools/cache"
)

// Apply puts Stages in force, for the objects of one namespace or, when it is empty, for all. Objects that exist are concerned as well
// as objects to come, also those of kinds that are not served yet. It returns the Stages' ids in their order; of Stages with a mistake
// none is put in force, and the error names all mistakes.
func (p *Player) Apply(ctx context.Context, namespace string, sources []Source) ([]string, error) {
	var problems []error
	var applied []*stage
	places := map[schema.GroupVersionKind]served{}
	for _, source := range sources {
		s, err := read(source)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		where, isServed, err := p.placeOf(ctx, s, namespace)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", s.title(), err))
			continue
		}
		if isServed {
			places[s.gvk] = where
		}
		s.Namespace = namespace
		applied = append(applied, s)
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	ids := p.enforce(applied, places)
	for _, s := range applied {
		p.settle(s.gvk, namespace)
	}
	return ids, nil
}

// placeOf finds where a Stage's kind is served, if it is.
func (p *Player) placeOf(ctx context.Context, s *stage, namespace string) (served, bool, error) {
	if namespace != "" && s.gvk == nodeKind {
		return served{}, false, errors.New(`spec.resourceRef.kind is "Node", and no Node belongs to a namespace`)
	}
	return p.kindOf(ctx, s.gvk)
}

func (p *Player) enforce(applied []*stage, places map[schema.GroupVersionKind]served) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	ids := make([]string, 0, len(applied))
	for _, s := range applied {
		p.next++
		s.ID = "stage-" + strconv.Itoa(p.next)
		ids = append(ids, s.ID)
		where, isServed := places[s.gvk]
		if !isBuiltIn(s.gvk.Group) {
			// It may have come or gone since it was looked for; what comes from now on finds the Stage.
			where, isServed, _ = p.definitions.find(s.gvk)
		}
		if isServed {
			p.follow(s.gvk, where)
		}
	}
	p.stages = append(p.stages, applied...)
	return ids
}

// Remove takes Stages out of force and returns the ids of those that were.
func (p *Player) Remove(ids []string) []string {
	return p.remove(func(s *stage) bool { return slices.Contains(ids, s.ID) })
}

// RemoveNamespace takes the Stages of a namespace that has gone out of force.
func (p *Player) RemoveNamespace(namespace string) {
	p.remove(func(s *stage) bool { return namespace != "" && s.Namespace == namespace })
}

func (p *Player) remove(matches func(*stage) bool) []string {
	type place struct {
		gvk       schema.GroupVersionKind
		namespace string
	}
	removed, places := []string{}, map[place]bool{}
	p.mu.Lock()
	p.stages = slices.DeleteFunc(p.stages, func(s *stage) bool {
		if !matches(s) {
			return false
		}
		removed = append(removed, s.ID)
		places[place{s.gvk, s.Namespace}] = true
		return true
	})
	p.mu.Unlock()
	for at := range places {
		p.settle(at.gvk, at.namespace)
	}
	return removed
}

// List returns the Stages in force, oldest first, or those of one namespace.
func (p *Player) List(namespace string) []Applied {
	p.mu.RLock()
	defer p.mu.RUnlock()
	list := []Applied{}
	for _, s := range p.stages {
		if namespace == "" || s.Namespace == namespace {
			copied := s.Applied
			copied.Waiting = p.followed[s.gvk] == nil
			copied.Objects, copied.Problems = slices.Clone(s.Objects), slices.Clone(s.Problems)
			list = append(list, copied)
		}
	}
	return list
}

// played remembers that a Stage has been played on an object.
func (p *Player) played(s *stage, object *unstructured.Unstructured) {
	name := cache.ObjectName{Namespace: object.GetNamespace(), Name: object.GetName()}.String()
	p.mu.Lock()
	defer p.mu.Unlock()
	s.Plays++
	if s.Namespace != "" && !s.seen[name] {
		s.seen[name] = true
		s.Objects = append(s.Objects, name)
	}
}
