package stages

import (
	"context"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/cache"
)

// A kind of a CustomResourceDefinition is served some milliseconds after it is established. An informer's own first pause is 800 ms.
var reflectorBackoff = wait.Backoff{Duration: 10 * time.Millisecond, Cap: time.Second, Steps: 8, Factor: 2}

// mirror keeps the objects of a resource and tells of each that comes, changes or goes.
type mirror struct {
	store   cache.Store
	changed func(cache.ObjectName)
	filled  chan struct{}
	once    sync.Once
}

func newMirror(changed func(cache.ObjectName)) *mirror {
	return &mirror{store: cache.NewStore(cache.DeletionHandlingMetaNamespaceKeyFunc), changed: changed, filled: make(chan struct{})}
}

// run follows a resource in all namespaces until the context ends.
func (m *mirror) run(ctx context.Context, client dynamic.Interface, resource schema.GroupVersionResource, kind schema.GroupVersionKind) {
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
		cache.ToListWatcherWithWatchListSemantics(source, client), emptyObject(kind), m,
		cache.ReflectorOptions{Name: "stages: " + resource.String(), Backoff: &reflectorBackoff})
	reflector.RunWithContext(ctx)
}

func (m *mirror) get(name cache.ObjectName) *unstructured.Unstructured {
	found, exists, _ := m.store.GetByKey(name.String())
	if !exists {
		return nil
	}
	object, _ := found.(*unstructured.Unstructured)
	return object
}

// What follows is what a reflector asks for.

func (m *mirror) Add(object any) error { return m.with(object, m.store.Add) }

func (m *mirror) Update(object any) error { return m.with(object, m.store.Update) }

func (m *mirror) Delete(object any) error { return m.with(object, m.store.Delete) }

func (m *mirror) with(object any, change func(any) error) error {
	dropManagedFields(object)
	if err := change(object); err != nil {
		return err
	}
	m.tell(object)
	return nil
}

func (m *mirror) Replace(objects []any, version string) error {
	for _, object := range objects {
		dropManagedFields(object)
	}
	before := m.store.List()
	if err := m.store.Replace(objects, version); err != nil {
		return err
	}
	m.once.Do(func() { close(m.filled) })
	for _, object := range append(before, objects...) {
		m.tell(object)
	}
	return nil
}

func (m *mirror) Resync() error { return nil }

func (m *mirror) tell(object any) {
	if name, err := cache.DeletionHandlingObjectToName(object); err == nil {
		m.changed(name)
	}
}

// dropManagedFields keeps out of memory, and out of every expression's input, what no Stage is about.
func dropManagedFields(object any) {
	if typed, ok := object.(*unstructured.Unstructured); ok {
		typed.SetManagedFields(nil)
	}
}
