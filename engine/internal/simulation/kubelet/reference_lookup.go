package kubelet

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"

	"seatrial/engine/internal/simulation/reconcile"
)

// referenceLookup looks up the objects that pods refer to. It keeps the keys of Secrets and ConfigMaps in
// memory, not their values.
type referenceLookup struct {
	client     kubernetes.Interface
	secrets    corelisters.SecretLister
	configMaps corelisters.ConfigMapLister
	claims     corelisters.PersistentVolumeClaimLister
}

func newReferenceLookup(
	client kubernetes.Interface, factory informers.SharedInformerFactory, changed func(namespace string),
) (*referenceLookup, error) {
	core := factory.Core().V1()
	r := &referenceLookup{
		client:     client,
		secrets:    core.Secrets().Lister(),
		configMaps: core.ConfigMaps().Lister(),
		claims:     core.PersistentVolumeClaims().Lister(),
	}
	if err := core.Secrets().Informer().SetTransform(dropValues); err != nil {
		return nil, err
	}
	if err := core.ConfigMaps().Informer().SetTransform(dropValues); err != nil {
		return nil, err
	}
	notify := func(object any) {
		if name, err := cache.DeletionHandlingObjectToName(object); err == nil {
			changed(name.Namespace)
		}
	}
	for _, informer := range []cache.SharedIndexInformer{
		core.Secrets().Informer(), core.ConfigMaps().Informer(), core.PersistentVolumeClaims().Informer(),
	} {
		if err := reconcile.OnChange(informer, notify); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func dropValues(object any) (any, error) {
	switch typed := object.(type) {
	case *corev1.Secret:
		for key := range typed.Data {
			typed.Data[key] = nil
		}
		typed.ManagedFields, typed.Annotations = nil, nil
	case *corev1.ConfigMap:
		for key := range typed.Data {
			typed.Data[key] = ""
		}
		for key := range typed.BinaryData {
			typed.BinaryData[key] = nil
		}
		typed.ManagedFields, typed.Annotations = nil, nil
	}
	return object, nil
}

// keySet says which keys an object has; exists is false when there is no such object.
type keySet struct {
	exists bool
	has    func(key string) bool
}

// keys looks into the cache and, before it reports a missing object, asks the API server: the object may be
// newer than the cache.
func (r *referenceLookup) keys(ctx context.Context, of keyed, namespace, name string) (keySet, error) {
	if of == secrets {
		secret, err := r.secrets.Secrets(namespace).Get(name)
		if apierrors.IsNotFound(err) {
			secret, err = r.client.CoreV1().Secrets(namespace).Get(ctx, name, metav1.GetOptions{})
		}
		if err != nil {
			return keySet{}, exceptNotFound(err)
		}
		return keySet{exists: true, has: func(key string) bool {
			_, found := secret.Data[key]
			return found
		}}, nil
	}
	config, err := r.configMaps.ConfigMaps(namespace).Get(name)
	if apierrors.IsNotFound(err) {
		config, err = r.client.CoreV1().ConfigMaps(namespace).Get(ctx, name, metav1.GetOptions{})
	}
	if err != nil {
		return keySet{}, exceptNotFound(err)
	}
	return keySet{exists: true, has: func(key string) bool {
		_, text := config.Data[key]
		_, binary := config.BinaryData[key]
		return text || binary
	}}, nil
}

// claim looks into the cache and, before it reports a missing or unbound claim, asks the API server.
func (r *referenceLookup) claim(ctx context.Context, namespace, name string) (*corev1.PersistentVolumeClaim, error) {
	claim, err := r.claims.PersistentVolumeClaims(namespace).Get(name)
	if apierrors.IsNotFound(err) || err == nil && !isBound(claim) {
		return r.client.CoreV1().PersistentVolumeClaims(namespace).Get(ctx, name, metav1.GetOptions{})
	}
	return claim, err
}

func exceptNotFound(err error) error {
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}
