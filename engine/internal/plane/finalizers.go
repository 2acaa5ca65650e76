package plane

import (
	"context"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/cloud-provider/service/helpers"
	"k8s.io/klog/v2"
	volumeutil "k8s.io/kubernetes/pkg/volume/util"
)

// removeFinalizers removes the finalizers of deleted objects whose controller does not run here, or looks
// only once a second. Kubernetes' own controllers remove all other finalizers of Kubernetes.
func removeFinalizers(ctx context.Context, client kubernetes.Interface, factory informers.SharedInformerFactory) error {
	// A cloud controller manager would remove the load balancer of a Service; there is neither here.
	err := onDeletion(factory.Core().V1().Services().Informer(), helpers.LoadBalancerCleanupFinalizer, func(service metav1.Object) {
		patch := withoutFinalizer(helpers.LoadBalancerCleanupFinalizer)
		_, err := client.CoreV1().Services(service.GetNamespace()).
			Patch(ctx, service.GetName(), types.StrategicMergePatchType, patch, metav1.PatchOptions{})
		logUnlessGone(ctx, service, err)
	})
	if err != nil {
		return err
	}
	// The finalizer protects claims that Pods use. In a namespace without Pods no claim is in use.
	return onDeletion(factory.Core().V1().PersistentVolumeClaims().Informer(), volumeutil.PVCProtectionFinalizer, func(claim metav1.Object) {
		pods, err := client.CoreV1().Pods(claim.GetNamespace()).List(ctx, metav1.ListOptions{Limit: 1})
		if err != nil || len(pods.Items) > 0 {
			return
		}
		patch := withoutFinalizer(volumeutil.PVCProtectionFinalizer)
		_, err = client.CoreV1().PersistentVolumeClaims(claim.GetNamespace()).
			Patch(ctx, claim.GetName(), types.StrategicMergePatchType, patch, metav1.PatchOptions{})
		logUnlessGone(ctx, claim, err)
	})
}

func onDeletion(informer cache.SharedIndexInformer, finalizer string, remove func(metav1.Object)) error {
	look := func(object any) {
		meta, ok := object.(metav1.Object)
		if ok && meta.GetDeletionTimestamp() != nil && slices.Contains(meta.GetFinalizers(), finalizer) {
			remove(meta)
		}
	}
	_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    look,
		UpdateFunc: func(_, object any) { look(object) },
	})
	return err
}

func withoutFinalizer(name string) []byte {
	return []byte(`{"metadata":{"$deleteFromPrimitiveList/finalizers":["` + name + `"]}}`)
}

func logUnlessGone(ctx context.Context, object metav1.Object, err error) {
	if err != nil && !apierrors.IsNotFound(err) && ctx.Err() == nil {
		klog.FromContext(ctx).Error(err, "Unable to remove a finalizer", "object", klog.KRef(object.GetNamespace(), object.GetName()))
	}
}
