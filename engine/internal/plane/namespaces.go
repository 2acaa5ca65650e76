package plane

import (
	"context"
	"errors"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/klog/v2"
	apiregistration "k8s.io/kube-aggregator/pkg/client/clientset_generated/clientset/typed/apiregistration/v1"
	"k8s.io/kubernetes/pkg/controller/namespace/deletion"

	"seatrial/engine/internal/webhook"
)

const (
	namespaceWorkers = 8
	// The pause before a namespace is checked again that still has objects (ending pods, finalizers).
	namespaceRecheck = 100 * time.Millisecond
	// The longest pause between two attempts to empty a namespace.
	namespaceMaxBackoff = 2 * time.Second
)

// startNamespaceDeletion empties and removes deleted namespaces with the namespace controller's own deleter.
// The controller itself first waits 5 s, for clusters with several API servers and etcd members.
func startNamespaceDeletion(ctx context.Context, config *rest.Config) error {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	// The account that the controller has on a cluster: admission can recognize the deletion of a namespace.
	asController := rest.CopyConfig(config)
	asController.Impersonate.UserName = webhook.NamespaceController
	controller, err := kubernetes.NewForConfig(asController)
	if err != nil {
		return err
	}
	metadataClient, err := metadata.NewForConfig(asController)
	if err != nil {
		return err
	}
	services, err := apiregistration.NewForConfig(config)
	if err != nil {
		return err
	}
	deleter := deletion.NewNamespacedResourcesDeleter(ctx, controller.CoreV1().Namespaces(), metadataClient, controller.CoreV1(),
		storedResources(ctx, client.Discovery(), services), corev1.FinalizerKubernetes)
	queue := workqueue.NewTypedRateLimitingQueue(
		workqueue.NewTypedItemExponentialFailureRateLimiter[string](5*time.Millisecond, namespaceMaxBackoff))

	factory := informers.NewSharedInformerFactory(client, 0)
	enqueue := func(object any) {
		if namespace, ok := object.(*corev1.Namespace); ok && namespace.DeletionTimestamp != nil {
			queue.Add(namespace.Name)
		}
	}
	if _, err := factory.Core().V1().Namespaces().Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    enqueue,
		UpdateFunc: func(_, object any) { enqueue(object) },
	}); err != nil {
		return err
	}
	if err := removeFinalizers(ctx, client, factory); err != nil {
		return err
	}
	factory.Start(ctx.Done())
	for range namespaceWorkers {
		go deleteNamespaces(ctx, queue, deleter)
	}
	go func() {
		<-ctx.Done()
		queue.ShutDown()
	}()
	factory.WaitForCacheSync(ctx.Done())
	return ctx.Err()
}

func deleteNamespaces(
	ctx context.Context, queue workqueue.TypedRateLimitingInterface[string], deleter deletion.NamespacedResourcesDeleterInterface,
) {
	for {
		name, stopped := queue.Get()
		if stopped {
			return
		}
		err := deleter.Delete(ctx, name)
		var remaining *deletion.ResourcesRemainingError
		switch {
		case err == nil:
			queue.Forget(name)
		case errors.As(err, &remaining):
			queue.AddAfter(name, namespaceRecheck)
		default:
			klog.FromContext(ctx).V(1).Info("Retrying to empty a namespace later", "namespace", name, "err", err)
			queue.AddRateLimited(name)
		}
		queue.Done(name)
	}
}
