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

// releaseFinalizers takes off the finalizers of objects that are being deleted whose controller is not here, or looks only once a
// second. All other finalizers of Kubernetes are the work of its own controllers.
func releaseFinalizers(ctx context.Context, client kubernetes.Interface, factory informers.SharedInformerFactory) error {
	// A cloud's controller manager removes the load balancer of a Service; here is neither.
	err := onDeletion(factory.Core().V1().Services().Informer(), helpers.LoadBalancerCleanupFinalizer, func(service metav1.Object) {
		patch := withoutFinalizer(helpers.LoadBalancerCleanupFinalizer)
		_, err := client.CoreV1().Services(service.GetNamespace()).
			Patch(ctx, service.GetName(), types.StrategicMergePatchType, patch, metav1.PatchOptions{})
		tellUnlessGone(ctx, service, err)
	})
	if err != nil {
		return err
	}
	// The protection of claims is for Pods that use them. Where a namespace has no Pod, nobody does.
	return onDeletion(factory.Core().V1().PersistentVolumeClaims().Informer(), volumeutil.PVCProtectionFinalizer, func(claim metav1.Object) {
		pods, err := client.CoreV1().Pods(claim.GetNamespace()).List(ctx, metav1.ListOptions{Limit: 1})
		if err != nil || len(pods.Items) > 0 {
			return
		}
		patch := withoutFinalizer(volumeutil.PVCProtectionFinalizer)
		_, err = client.CoreV1().PersistentVolumeClaims(claim.GetNamespace()).
			Patch(ctx, claim.GetName(), types.StrategicMergePatchType, patch, metav1.PatchOptions{})
		tellUnlessGone(ctx, claim, err)
	})
}

func onDeletion(informer cache.SharedIndexInformer, finalizer string, release func(metav1.Object)) error {
	look := func(object any) {
		meta, ok := object.(metav1.Object)
		if ok && meta.GetDeletionTimestamp() != nil && slices.Contains(meta.GetFinalizers(), finalizer) {
			release(meta)
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

func tellUnlessGone(ctx context.Context, object metav1.Object, err error) {
	if err != nil && !apierrors.IsNotFound(err) && ctx.Err() == nil {
		klog.FromContext(ctx).Error(err, "A finalizer stays", "object", klog.KRef(object.GetNamespace(), object.GetName()))
	}
}
