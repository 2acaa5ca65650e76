package stages

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/resourceversion"
	"k8s.io/client-go/tools/cache"

	"seatrial/engine/internal/simulation/reconcile"
)

// A Stage without a delay that selects what it has just written would write for ever.
const maxRepeats = 50

// followed is a kind whose objects Stages are played on.
type followed struct {
	served
	player *Player
	gvk    schema.GroupVersionKind
	mirror *mirror
	queue  *reconcile.Queue
	stop   context.CancelFunc

	mu      sync.Mutex
	entries map[cache.ObjectName]*entry
	// looks counts how often the objects of a namespace were to be looked at again, or those of all under the empty name.
	looks map[string]int
}

// entry is what is known of one object. The queue gives an object to one worker at a time.
type entry struct {
	uid types.UID
	// latest is the object as the API server answered last, which the mirror may not have yet.
	latest *unstructured.Unstructured
	// pending is the Stage that is to be played at due, from this step on.
	pending *stage
	due     time.Time
	step    int
	// settled is the version at which nothing more was to be done, after so many looks.
	settled string
	looks   int
	// last was played so often in a row without a delay.
	last    *stage
	repeats int
	// dependents go with the object.
	dependents []dependent
}

func newFollowed(player *Player, gvk schema.GroupVersionKind, where served, stop context.CancelFunc) *followed {
	f := &followed{player: player, gvk: gvk, served: where, stop: stop, entries: map[cache.ObjectName]*entry{}, looks: map[string]int{}}
	f.queue = reconcile.NewQueue(gvk.Kind, f.sync)
	f.mirror = newMirror(f.queue.Add)
	return f
}

// lookAgain is called when other Stages hold in a namespace, or in all when it is empty.
func (f *followed) lookAgain(namespace string) {
	f.mu.Lock()
	f.looks[namespace]++
	f.mu.Unlock()
	for _, key := range f.mirror.store.ListKeys() {
		if name, err := cache.ParseObjectName(key); err == nil {
			f.queue.Add(name)
		}
	}
}

func (f *followed) looksAt(object *unstructured.Unstructured) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	looks := f.looks[""]
	if namespace := namespaceOf(object); namespace != "" {
		looks += f.looks[namespace]
	}
	return looks
}

// sync takes one object to where it is by now.
func (f *followed) sync(ctx context.Context, name cache.ObjectName) error {
	object := f.mirror.get(name)
	if object == nil {
		f.player.removeDependents(ctx, f.forget(name))
		return nil
	}
	if f.gvk == podKind && nodeOf(object) == "" {
		return nil
	}
	e := f.entry(name, object.GetUID())
	object = e.newest(object)
	looks := f.looksAt(object)
	if e.settled == object.GetResourceVersion() && e.looks == looks {
		return nil
	}
	stages := f.player.stagesOf(f.gvk, object)
	if err := f.choose(ctx, e, object, stages); err != nil {
		return f.fail(e, object, looks, err)
	}
	if e.pending == nil {
		return nil
	}
	if f.gvk == podKind {
		f.player.claim(e.uid)
	}
	if wait := time.Until(e.due); wait > 0 {
		f.queue.AddAfter(name, wait)
		return nil
	}
	return f.play(ctx, name, e, object, looks)
}

// choose leaves the pending Stage as it is while it selects the object, so that its delay does not begin anew with every change.
func (f *followed) choose(ctx context.Context, e *entry, object *unstructured.Unstructured, stages []*stage) error {
	event, err := newEvent(object)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, matchTimeout)
	defer cancel()
	if e.pending != nil && contains(stages, e.pending) {
		if e.step > 0 {
			return nil
		}
		if selected, err := e.pending.selects(ctx, event); err != nil || selected {
			return err
		}
	}
	e.pending, e.step = nil, 0
	chosen, err := match(ctx, stages, event)
	if err != nil || chosen == nil {
		return err
	}
	now := time.Now()
	delay, _, err := chosen.played.Delay(ctx, event, now)
	if err != nil {
		return &stageError{chosen, "spec.delay", err}
	}
	e.pending, e.due = chosen, now.Add(delay)
	if delay > 0 {
		e.last, e.repeats = nil, 0
	}
	return nil
}

// settle ends the work on an object until it changes, or other Stages hold.
func (e *entry) settle(object *unstructured.Unstructured, looks int) {
	e.pending, e.step = nil, 0
	e.settled, e.looks = object.GetResourceVersion(), looks
}

// fail tells of a mistake that only showed with this object.
func (f *followed) fail(e *entry, object *unstructured.Unstructured, looks int, err error) error {
	f.player.report(object, err)
	e.settle(object, looks)
	return nil
}

// repeated says that a Stage was played too often in a row on one object.
func (e *entry) repeated(s *stage) error {
	if e.last != s {
		e.last, e.repeats = s, 0
	}
	e.repeats++
	if e.repeats <= maxRepeats {
		return nil
	}
	return &stageError{s, "spec.selector", fmt.Errorf(
		"it still selects the object after the Stage was played %d times on it in a row without a delay", maxRepeats)}
}

func (f *followed) entry(name cache.ObjectName, uid types.UID) *entry {
	f.mu.Lock()
	defer f.mu.Unlock()
	e, known := f.entries[name]
	if !known || e.uid != uid {
		if known {
			f.player.Unclaim(e.uid)
		}
		e = &entry{uid: uid}
		f.entries[name] = e
	}
	return e
}

// forget drops what is known of an object that has gone, and returns what goes with it.
func (f *followed) forget(name cache.ObjectName) []dependent {
	f.mu.Lock()
	defer f.mu.Unlock()
	e, known := f.entries[name]
	if !known {
		return nil
	}
	f.player.Unclaim(e.uid)
	delete(f.entries, name)
	return e.dependents
}

// abandon is called when the kind has gone, and with it all its objects.
func (f *followed) abandon(ctx context.Context) {
	f.mu.Lock()
	names := slices.Collect(maps.Keys(f.entries))
	f.mu.Unlock()
	for _, name := range names {
		f.player.removeDependents(ctx, f.forget(name))
	}
}

// newest is the mirrored object, or the one that the API server answered with if that is newer.
func (e *entry) newest(mirrored *unstructured.Unstructured) *unstructured.Unstructured {
	if e.latest != nil {
		order, err := resourceversion.CompareResourceVersion(e.latest.GetResourceVersion(), mirrored.GetResourceVersion())
		if err == nil && order > 0 {
			return e.latest
		}
		e.latest = nil
	}
	return mirrored
}
