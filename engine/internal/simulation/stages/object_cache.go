package stages

import (
	"context"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/cache"

	"seatrial/engine/internal/upstream"
)

// objectCache keeps the objects of a resource and reports each that is created, changed or deleted.
type objectCache struct {
	store   cache.Store
	changed func(cache.ObjectName)
	// filled is closed when all objects that existed at the start are in the store.
	filled chan struct{}
	once   sync.Once
}

func newObjectCache(changed func(cache.ObjectName)) *objectCache {
	return &objectCache{
		store: cache.NewStore(cache.DeletionHandlingMetaNamespaceKeyFunc), changed: changed, filled: make(chan struct{}),
	}
}

// run watches a resource in all namespaces until the context ends.
func (c *objectCache) run(
	ctx context.Context, client dynamic.Interface, resource schema.GroupVersionResource, kind schema.GroupVersionKind,
) {
	objects := client.Resource(resource)
	source := &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
			return objects.List(ctx, options)
		},
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			return objects.Watch(ctx, options)
		},
	}
	reflector := cache.NewReflectorWithOptions(
		cache.ToListWatcherWithWatchListSemantics(source, client), emptyObject(kind), c,
		upstream.ReflectorOptions("stages: "+resource.String()))
	reflector.RunWithContext(ctx)
}

func (c *objectCache) get(name cache.ObjectName) *unstructured.Unstructured {
	found, exists, _ := c.store.GetByKey(name.String())
	if !exists {
		return nil
	}
	object, _ := found.(*unstructured.Unstructured)
	return object
}

// The methods below make the cache the store of a reflector.

func (c *objectCache) Add(object any) error { return c.with(object, c.store.Add) }

func (c *objectCache) Update(object any) error { return c.with(object, c.store.Update) }

func (c *objectCache) Delete(object any) error { return c.with(object, c.store.Delete) }

func (c *objectCache) with(object any, change func(any) error) error {
	dropManagedFields(object)
	if err := change(object); err != nil {
		return err
	}
	c.report(object)
	return nil
}

func (c *objectCache) Replace(objects []any, version string) error {
	for _, object := range objects {
		dropManagedFields(object)
	}
	before := c.store.List()
	if err := c.store.Replace(objects, version); err != nil {
		return err
	}
	c.once.Do(func() { close(c.filled) })
	for _, object := range append(before, objects...) {
		c.report(object)
	}
	return nil
}

func (c *objectCache) Resync() error { return nil }

func (c *objectCache) report(object any) {
	if name, err := cache.DeletionHandlingObjectToName(object); err == nil {
		c.changed(name)
	}
}

// dropManagedFields saves memory and the time of every expression: no Stage reads managed fields.
func dropManagedFields(object any) {
	if typed, ok := object.(*unstructured.Unstructured); ok {
		typed.SetManagedFields(nil)
	}
}
