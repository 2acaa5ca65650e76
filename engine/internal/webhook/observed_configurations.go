package webhook

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/informers/admissionregistration"
	admissionregistrationv1 "k8s.io/client-go/informers/admissionregistration/v1"
	"k8s.io/client-go/tools/cache"
)

const (
	settleTimeout  = 10 * time.Second
	settleInterval = 2 * time.Millisecond
)

// seen knows which configurations the admission plugins have taken note of. A configuration is in force some moments after it was
// stored, and still some moments after it was deleted.
type seen struct {
	mutex    sync.Mutex
	versions map[string]uint64
}

func newSeen() *seen { return &seen{versions: map[string]uint64{}} }

func (s *seen) note(kind string, object any, isGone bool) {
	if tombstone, ok := object.(cache.DeletedFinalStateUnknown); ok {
		object = tombstone.Obj
	}
	meta, ok := object.(metav1.Object)
	if !ok {
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	key := kind + "/" + meta.GetName()
	if isGone {
		delete(s.versions, key)
		return
	}
	s.versions[key], _ = strconv.ParseUint(meta.GetResourceVersion(), 10, 64)
}

// isPast tells whether the plugins know all of what was stored at that version of the store.
func (s *seen) isPast(stored map[string]uint64, version uint64) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for key, needed := range stored {
		if known, ok := s.versions[key]; !ok || known < needed {
			return false
		}
	}
	for key, known := range s.versions {
		if _, isStored := stored[key]; !isStored && known <= version {
			return false
		}
	}
	return true
}

func (s *seen) isEmpty() bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return len(s.versions) == 0
}

// SettleAfter is called after a change of a release: it waits until the configurations in the manifest are in force, and those that
// are gone no more.
func (s *Simulator) SettleAfter(ctx context.Context, manifest string) error {
	if s.seen.isEmpty() && !strings.Contains(manifest, "WebhookConfiguration") {
		return nil
	}
	return s.settle(ctx)
}

// settle waits until the admission plugins know every configuration as it is stored now.
func (s *Simulator) settle(ctx context.Context) error {
	api := s.client.AdmissionregistrationV1()
	validating, err := api.ValidatingWebhookConfigurations().List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	mutating, err := api.MutatingWebhookConfigurations().List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	stored := map[string]uint64{}
	for i := range validating.Items {
		stored["validating/"+validating.Items[i].Name], _ = strconv.ParseUint(validating.Items[i].ResourceVersion, 10, 64)
	}
	for i := range mutating.Items {
		stored["mutating/"+mutating.Items[i].Name], _ = strconv.ParseUint(mutating.Items[i].ResourceVersion, 10, 64)
	}
	// The earlier of the two lists: what was made after it may be missing in it.
	version, _ := strconv.ParseUint(validating.ResourceVersion, 10, 64)
	deadline := time.Now().Add(settleTimeout)
	for !s.seen.isPast(stored, version) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the API server did not take note of the webhook configurations within %s", settleTimeout)
		}
		time.Sleep(settleInterval)
	}
	return nil
}

// observedFactory is upstream's, and lets seen note each configuration after the admission plugin has.
type observedFactory struct {
	informers.SharedInformerFactory
	seen *seen
}

func (f observedFactory) Admissionregistration() admissionregistration.Interface {
	return observedGroup{f.SharedInformerFactory.Admissionregistration(), f.seen}
}

type observedGroup struct {
	admissionregistration.Interface
	seen *seen
}

func (g observedGroup) V1() admissionregistrationv1.Interface {
	return observedVersion{g.Interface.V1(), g.seen}
}

type observedVersion struct {
	admissionregistrationv1.Interface
	seen *seen
}

func (v observedVersion) ValidatingWebhookConfigurations() admissionregistrationv1.TypedValidatingWebhookConfigurationInformer {
	return observedValidating{v.Interface.ValidatingWebhookConfigurations(), v.seen}
}

func (v observedVersion) MutatingWebhookConfigurations() admissionregistrationv1.TypedMutatingWebhookConfigurationInformer {
	return observedMutating{v.Interface.MutatingWebhookConfigurations(), v.seen}
}

type observedValidating struct {
	admissionregistrationv1.TypedValidatingWebhookConfigurationInformer
	seen *seen
}

func (i observedValidating) Informer() cache.SharedIndexInformer {
	return observedInformer{i.TypedValidatingWebhookConfigurationInformer.Informer(), "validating", i.seen}
}

type observedMutating struct {
	admissionregistrationv1.TypedMutatingWebhookConfigurationInformer
	seen *seen
}

func (i observedMutating) Informer() cache.SharedIndexInformer {
	return observedInformer{i.TypedMutatingWebhookConfigurationInformer.Informer(), "mutating", i.seen}
}

type observedInformer struct {
	cache.SharedIndexInformer
	kind string
	seen *seen
}

func (i observedInformer) AddEventHandler(handler cache.ResourceEventHandler) (cache.ResourceEventHandlerRegistration, error) {
	return i.SharedIndexInformer.AddEventHandler(observedHandler{handler, i.kind, i.seen})
}

type observedHandler struct {
	cache.ResourceEventHandler
	kind string
	seen *seen
}

func (h observedHandler) OnAdd(object any, isInInitialList bool) {
	h.ResourceEventHandler.OnAdd(object, isInInitialList)
	h.seen.note(h.kind, object, false)
}

func (h observedHandler) OnUpdate(old, object any) {
	h.ResourceEventHandler.OnUpdate(old, object)
	h.seen.note(h.kind, object, false)
}

func (h observedHandler) OnDelete(object any) {
	h.ResourceEventHandler.OnDelete(object)
	h.seen.note(h.kind, object, true)
}
