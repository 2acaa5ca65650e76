package stages

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"

	"seatrial/engine/internal/simulation/reconcile"
)

// watchedKind plays Stages on the objects of one kind.
type watchedKind struct {
	player   *Player
	gvk      schema.GroupVersionKind
	resource schema.GroupVersionResource
	objects  *objectCache
	queue    *reconcile.Queue
	stop     context.CancelFunc

	mu      sync.Mutex
	entries map[cache.ObjectName]*entry
	// looks counts the calls of lookAgain by namespace.
	looks map[string]int
}

func newWatchedKind(
	player *Player, gvk schema.GroupVersionKind, resource schema.GroupVersionResource, stop context.CancelFunc,
) *watchedKind {
	k := &watchedKind{
		player: player, gvk: gvk, resource: resource, stop: stop,
		entries: map[cache.ObjectName]*entry{}, looks: map[string]int{},
	}
	k.queue = reconcile.NewQueue(gvk.Kind, k.sync)
	k.objects = newObjectCache(k.queue.Add)
	return k
}

// lookAgain is called when other Stages apply to a namespace, or to all when it is empty.
func (k *watchedKind) lookAgain(namespace string) {
	k.mu.Lock()
	k.looks[namespace]++
	k.mu.Unlock()
	for _, key := range k.objects.store.ListKeys() {
		if name, err := cache.ParseObjectName(key); err == nil {
			k.queue.Add(name)
		}
	}
}

// looksAt counts the calls of lookAgain that concern an object.
func (k *watchedKind) looksAt(object *unstructured.Unstructured) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	looks := k.looks[""]
	if namespace := namespaceOf(object); namespace != "" {
		looks += k.looks[namespace]
	}
	return looks
}

// sync plays what is due on one object.
func (k *watchedKind) sync(ctx context.Context, name cache.ObjectName) error {
	object := k.objects.get(name)
	if object == nil {
		k.player.removeDependents(ctx, k.forget(name))
		return nil
	}
	if k.gvk == podKind && nodeOf(object) == "" {
		return nil
	}
	e := k.entry(name, object.GetUID())
	object = e.newest(object)
	looks := k.looksAt(object)
	if e.isSteady(object, looks) {
		return nil
	}
	if err := e.schedule(ctx, object, k.player.stagesOf(k.gvk, object)); err != nil {
		return k.fail(e, object, looks, err)
	}
	if e.pending == nil {
		return nil
	}
	if k.gvk == podKind {
		k.player.markStaged(e.uid)
	}
	if wait := time.Until(e.due); wait > 0 {
		k.queue.AddAfter(name, wait)
		return nil
	}
	return k.play(ctx, name, e, object, looks)
}

// fail reports a mistake of a Stage that only showed with this object.
func (k *watchedKind) fail(e *entry, object *unstructured.Unstructured, looks int, err error) error {
	k.player.reportProblem(object, err)
	e.markSteady(object, looks)
	return nil
}

func (k *watchedKind) entry(name cache.ObjectName, uid types.UID) *entry {
	k.mu.Lock()
	defer k.mu.Unlock()
	e, known := k.entries[name]
	if !known || e.uid != uid {
		if known {
			k.player.ForgetPod(e.uid)
		}
		e = &entry{uid: uid}
		k.entries[name] = e
	}
	return e
}

// forget drops the entry of a deleted object and returns what is to be deleted with the object.
func (k *watchedKind) forget(name cache.ObjectName) []dependent {
	k.mu.Lock()
	defer k.mu.Unlock()
	e, known := k.entries[name]
	if !known {
		return nil
	}
	k.player.ForgetPod(e.uid)
	delete(k.entries, name)
	return e.dependents
}

// abandon is called when the kind, and with it every object, was deleted.
func (k *watchedKind) abandon(ctx context.Context) {
	k.mu.Lock()
	names := slices.Collect(maps.Keys(k.entries))
	k.mu.Unlock()
	for _, name := range names {
		k.player.removeDependents(ctx, k.forget(name))
	}
}
