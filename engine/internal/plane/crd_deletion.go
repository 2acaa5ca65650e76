package plane

import (
	"context"
	"slices"
	"strconv"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/client/clientset/clientset"
	"k8s.io/apiextensions-apiserver/pkg/client/informers/externalversions"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/klog/v2"
)

const (
	// After a failure the finalizer tries again by itself after 5 ms, and then rarely needs help.
	failedDeletionCheck     = 50 * time.Millisecond
	lastFailedDeletionCheck = 500 * time.Millisecond
	// The finalizer waits for objects with finalizers in steps of 5 s.
	deletionCheck = 10 * time.Second
	// deletionRetried is the type of the condition that counts the retries.
	deletionRetried apiextensionsv1.CustomResourceDefinitionConditionType = "DeletionRetried"
)

// terminatingCRD is a version of a CustomResourceDefinition that is being deleted.
type terminatingCRD struct{ name, version string }

// startCRDDeletion retries deletions of CustomResourceDefinitions that upstream's finalizer has given up.
//
// The finalizer lists the objects of the kind, which fails while the kind's cache is being filled: nearly
// always, if nobody has listed the kind before. It records the failure in the status and tries again 5 ms
// later. If its own copy of the definition is still from before that record, the second try ends with a
// conflict, for which it expects an event; but it ignores events that change only its own condition. The
// definition then stays until the next resync, up to five minutes. Any other change makes it try again.
func startCRDDeletion(ctx context.Context, config *rest.Config) error {
	client, err := clientset.NewForConfig(config)
	if err != nil {
		return err
	}
	return watchCRDDeletions(ctx, client)
}

func watchCRDDeletions(ctx context.Context, client clientset.Interface) error {
	queue := workqueue.NewTypedDelayingQueue[terminatingCRD]()
	informer := externalversions.NewSharedInformerFactoryWithOptions(client, 0, externalversions.WithTransform(withoutSpec)).
		Apiextensions().V1().CustomResourceDefinitions().Informer()
	look := func(object any) {
		if definition, ok := object.(*apiextensionsv1.CustomResourceDefinition); ok && definition.DeletionTimestamp != nil {
			queue.AddAfter(terminatingCRD{definition.Name, definition.ResourceVersion}, nextDeletionCheck(definition))
		}
	}
	if _, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    look,
		UpdateFunc: func(_, object any) { look(object) },
	}); err != nil {
		return err
	}
	go informer.RunWithContext(ctx)
	go retryCRDDeletions(ctx, client, queue, informer.GetStore())
	context.AfterFunc(ctx, queue.ShutDown)
	return nil
}

// withoutSpec saves the memory of schemas.
func withoutSpec(object any) (any, error) {
	if definition, ok := object.(*apiextensionsv1.CustomResourceDefinition); ok {
		definition.Spec = apiextensionsv1.CustomResourceDefinitionSpec{}
		definition.ManagedFields = nil
	}
	return object, nil
}

// nextDeletionCheck returns the time after which a definition that has not changed needs a retry.
func nextDeletionCheck(definition *apiextensionsv1.CustomResourceDefinition) time.Duration {
	terminating := conditionOf(definition, apiextensionsv1.Terminating)
	if terminating == nil || (terminating.Reason != "InstanceDeletionFailed" && terminating.Reason != "InstanceDeletionCheck") {
		return deletionCheck
	}
	return min(failedDeletionCheck<<min(retriesOf(definition), 8), lastFailedDeletionCheck)
}

func conditionOf(
	definition *apiextensionsv1.CustomResourceDefinition, kind apiextensionsv1.CustomResourceDefinitionConditionType,
) *apiextensionsv1.CustomResourceDefinitionCondition {
	for i := range definition.Status.Conditions {
		if definition.Status.Conditions[i].Type == kind {
			return &definition.Status.Conditions[i]
		}
	}
	return nil
}

func retriesOf(definition *apiextensionsv1.CustomResourceDefinition) int {
	condition := conditionOf(definition, deletionRetried)
	if condition == nil {
		return 0
	}
	count, _ := strconv.Atoi(condition.Message)
	return count
}

func retryCRDDeletions(
	ctx context.Context, client clientset.Interface, queue workqueue.TypedDelayingInterface[terminatingCRD], store cache.Store,
) {
	for {
		due, stopped := queue.Get()
		if stopped {
			return
		}
		queue.Done(due)
		object, exists, _ := store.GetByKey(due.name)
		if definition, ok := object.(*apiextensionsv1.CustomResourceDefinition); !exists || !ok || definition.ResourceVersion != due.version {
			continue
		}
		// After a conflict the informer reports what has changed.
		err := retryCRDDeletion(ctx, client, due.name)
		if err != nil && !apierrors.IsNotFound(err) && !apierrors.IsConflict(err) && ctx.Err() == nil {
			klog.FromContext(ctx).Error(err, "Retrying the deletion of a CustomResourceDefinition later", "name", due.name)
			queue.AddAfter(due, lastFailedDeletionCheck)
		}
	}
}

// retryCRDDeletion changes the status: unlike a change of the metadata, it does not validate the schema.
func retryCRDDeletion(ctx context.Context, client clientset.Interface, name string) error {
	definitions := client.ApiextensionsV1().CustomResourceDefinitions()
	definition, err := definitions.Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	retried := apiextensionsv1.CustomResourceDefinitionCondition{
		Type: deletionRetried, Status: apiextensionsv1.ConditionTrue, Reason: "FinalizerStopped",
		Message: strconv.Itoa(retriesOf(definition) + 1), LastTransitionTime: metav1.Now(),
	}
	definition.Status.Conditions = append(slices.DeleteFunc(definition.Status.Conditions,
		func(condition apiextensionsv1.CustomResourceDefinitionCondition) bool {
			return condition.Type == deletionRetried
		}), retried)
	_, err = definitions.UpdateStatus(ctx, definition, metav1.UpdateOptions{})
	return err
}
