package stages

import (
	"context"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/tools/cache"

	"seatrial/engine/internal/simulation/registry"
)

// More workers do not make two cores faster.
const workers = 8

// stagesChanged updates the watches and looks again at the objects that other Stages apply to now.
func (p *Player) stagesChanged(changed []registry.Entry[*stage]) {
	type target struct {
		gvk       schema.GroupVersionKind
		namespace string
	}
	targets := map[target]bool{}
	for _, entry := range changed {
		targets[target{entry.Value.gvk, entry.Namespace}] = true
	}
	for at := range targets {
		p.updateWatch(at.gvk)
		p.mu.RLock()
		kind, isWatched := p.watched[at.gvk]
		p.mu.RUnlock()
		if isWatched {
			kind.lookAgain(at.namespace)
		}
	}
}

// definitionChanged is called when a CustomResourceDefinition was created, changed or deleted.
func (p *Player) definitionChanged(name cache.ObjectName) {
	kinds := map[schema.GroupVersionKind]bool{}
	for _, entry := range p.registry.All() {
		// The name of a definition is plural.group.
		if gvk := entry.Value.gvk; strings.HasSuffix(name.Name, "."+gvk.Group) {
			kinds[gvk] = true
		}
	}
	for gvk := range kinds {
		p.updateWatch(gvk)
	}
}

// updateWatch starts or ends the watch on a kind: it lasts while a Stage is for the kind and the API
// server serves it. Its callers may run at the same time: each sees all that happened before.
func (p *Player) updateWatch(gvk schema.GroupVersionKind) {
	p.mu.Lock()
	defer p.mu.Unlock()
	current := p.watched[gvk]
	stages := p.stagesFor(gvk)
	if len(stages) == 0 {
		if current != nil {
			p.unwatch(current)
		}
		return
	}
	resource, isServed, err := p.resourceOf(gvk)
	if err != nil {
		for _, s := range stages {
			s.history.addProblem(err.Error())
		}
	}
	switch {
	case isServed && current != nil && current.resource == resource:
	case isServed:
		if current != nil {
			current.stop()
		}
		p.watch(gvk, resource)
	case current != nil:
		p.unwatch(current)
		go current.abandon(p.ctx)
	}
}

func (p *Player) stagesFor(gvk schema.GroupVersionKind) []*stage {
	var stages []*stage
	for _, entry := range p.registry.All() {
		if entry.Value.gvk == gvk {
			stages = append(stages, entry.Value)
		}
	}
	return stages
}

func (p *Player) watch(gvk schema.GroupVersionKind, resource schema.GroupVersionResource) {
	ctx, stop := context.WithCancel(p.ctx)
	kind := newWatchedKind(p, gvk, resource, stop)
	p.watched[gvk] = kind
	kind.queue.Run(ctx, workers)
	go kind.objects.run(ctx, p.Dynamic, resource, gvk)
}

func (p *Player) unwatch(kind *watchedKind) {
	kind.stop()
	delete(p.watched, kind.gvk)
}

func (p *Player) isWatched(gvk schema.GroupVersionKind) bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.watched[gvk] != nil
}

// OnPodStagesChange adds a function that is called with a namespace whose Stages for Pods have
// changed, or with an empty name when Stages for all namespaces have. It must be called before Stages
// are applied.
func (p *Player) OnPodStagesChange(changed func(namespace string)) {
	p.registry.OnChange(func(entries []registry.Entry[*stage]) {
		ofPods := slices.DeleteFunc(slices.Clone(entries), func(entry registry.Entry[*stage]) bool {
			return entry.Value.gvk != podKind
		})
		for _, namespace := range registry.Namespaces(ofPods) {
			changed(namespace)
		}
	})
}
