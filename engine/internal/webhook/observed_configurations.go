package webhook

import (
	"context"
	"fmt"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/informers/admissionregistration"
	"k8s.io/client-go/informers/internalinterfaces"
	"k8s.io/client-go/tools/cache"

	"seatrial/engine/internal/takeeffect"
)

// observedConfigurations are the webhook configurations that the admission plugins have observed, with
// their versions. A configuration takes effect some moments after it was stored, and stays in effect for
// some moments after it was deleted.
type observedConfigurations struct {
	mutex    sync.Mutex
	versions map[string]uint64
}

func newObservedConfigurations() *observedConfigurations {
	return &observedConfigurations{versions: map[string]uint64{}}
}

func (o *observedConfigurations) add(object any) {
	if configuration, ok := object.(metav1.Object); ok {
		o.mutex.Lock()
		defer o.mutex.Unlock()
		o.versions[keyOf(configuration)] = takeeffect.VersionOf(configuration)
	}
}

func (o *observedConfigurations) remove(object any) {
	if tombstone, ok := object.(cache.DeletedFinalStateUnknown); ok {
		object = tombstone.Obj
	}
	if configuration, ok := object.(metav1.Object); ok {
		o.mutex.Lock()
		defer o.mutex.Unlock()
		delete(o.versions, keyOf(configuration))
	}
}

func keyOf(configuration metav1.Object) string {
	return fmt.Sprintf("%T %s", configuration, configuration.GetName())
}

// include reports whether the plugins have observed everything that was stored at a version of the store.
func (o *observedConfigurations) include(stored map[string]uint64, version uint64) bool {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	for key, needed := range stored {
		if known, ok := o.versions[key]; !ok || known < needed {
			return false
		}
	}
	for key, known := range o.versions {
		if _, isStored := stored[key]; !isStored && known <= version {
			return false
		}
	}
	return true
}

// waitUntilObserved waits until the admission plugins know every configuration as it is stored.
func (s *Simulator) waitUntilObserved(ctx context.Context) error {
	return takeeffect.Wait(ctx, "webhook configurations", func(ctx context.Context) (func() bool, error) {
		stored, version, err := s.storedConfigurations(ctx)
		return func() bool { return s.observed.include(stored, version) }, err
	})
}

// storedConfigurations returns the versions of the stored configurations, and a version of the store
// whose configurations are all among them unless they were deleted.
func (s *Simulator) storedConfigurations(ctx context.Context) (map[string]uint64, uint64, error) {
	api := s.client.AdmissionregistrationV1()
	validating, err := api.ValidatingWebhookConfigurations().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, 0, err
	}
	mutating, err := api.MutatingWebhookConfigurations().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, 0, err
	}
	stored := map[string]uint64{}
	for i := range validating.Items {
		stored[keyOf(&validating.Items[i])] = takeeffect.VersionOf(&validating.Items[i])
	}
	for i := range mutating.Items {
		stored[keyOf(&mutating.Items[i])] = takeeffect.VersionOf(&mutating.Items[i])
	}
	// The first list's version: configurations that were created later may be missing in it.
	return stored, takeeffect.VersionOf(validating), nil
}

// observedFactory is upstream's factory, whose informers report each configuration to observed after the
// admission plugin's handler has returned.
type observedFactory struct {
	informers.SharedInformerFactory
	observed *observedConfigurations
}

func (f observedFactory) Admissionregistration() admissionregistration.Interface {
	return admissionregistration.New(f, metav1.NamespaceAll, nil)
}

func (f observedFactory) InformerFor(object runtime.Object, create internalinterfaces.NewInformerFunc) cache.SharedIndexInformer {
	return observedInformer{f.SharedInformerFactory.InformerFor(object, create), f.observed}
}

type observedInformer struct {
	cache.SharedIndexInformer
	observed *observedConfigurations
}

func (i observedInformer) AddEventHandler(handler cache.ResourceEventHandler) (cache.ResourceEventHandlerRegistration, error) {
	return i.SharedIndexInformer.AddEventHandler(cache.ResourceEventHandlerDetailedFuncs{
		AddFunc: func(object any, isInInitialList bool) {
			handler.OnAdd(object, isInInitialList)
			i.observed.add(object)
		},
		UpdateFunc: func(old, object any) {
			handler.OnUpdate(old, object)
			i.observed.add(object)
		},
		DeleteFunc: func(object any) {
			handler.OnDelete(object)
			i.observed.remove(object)
		},
	})
}
