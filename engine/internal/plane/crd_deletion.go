package plane

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"k8s.io/apiextensions-apiserver/pkg/apihelpers"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/client/clientset/clientset"
	"k8s.io/apiextensions-apiserver/pkg/client/informers/externalversions"
	"k8s.io/apiextensions-apiserver/pkg/controller/finalizer"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/klog/v2"
)

const (
	// objectsCheck is the time between two looks at the objects of a definition that is being deleted.
	objectsCheck = 50 * time.Millisecond
	// After a failure the finalizer tries again by itself after 5 ms, and then rarely needs help.
	failedDeletionCheck     = 50 * time.Millisecond
	lastFailedDeletionCheck = 500 * time.Millisecond
	// The finalizer waits for objects with finalizers in steps of 5 s.
	deletionCheck = 10 * time.Second
	// deletionRetried is the type of the condition that counts the retries.
	deletionRetried apiextensionsv1.CustomResourceDefinitionConditionType = "DeletionRetried"
)

// terminatingCRD is a version of a CustomResourceDefinition that is being deleted.
type terminatingCRD struct {
	name, version string
	seen          time.Time
}

// crdDeletion ends deletions of CustomResourceDefinitions that upstream's finalizer ends late or never.
//
// The finalizer lists the objects of the kind. For a kind that nobody has used, that builds everything that
// serves it, up to a second for a large definition and one definition at a time, and the list fails while the
// kind's cache is being filled. The finalizer records the failure in the status and tries again 5 ms later. If
// its own copy of the definition is still from before that record, the second try ends with a conflict, for
// which it expects an event; but it ignores events that change only its own condition. The definition then
// stays until the next resync, up to five minutes. Any other change makes it try again.
//
// A definition without objects, as etcd counts them, therefore goes at once. Upstream refuses new objects from the
// first moment of a deletion. The finalizer is made to try again for the others.
type crdDeletion struct {
	client clientset.Interface
	queue  workqueue.TypedDelayingInterface[terminatingCRD]
	cache  cache.Store
	stored crdStore
}

// crdStore is where definitions and their objects are stored.
type crdStore interface {
	hasCustomObjects(ctx context.Context, kind schema.GroupResource) (bool, error)
	// removeDefinition leaves a definition that has changed.
	removeDefinition(ctx context.Context, definition *apiextensionsv1.CustomResourceDefinition) error
}

func startCRDDeletion(ctx context.Context, config *rest.Config, stored crdStore) error {
	client, err := clientset.NewForConfig(config)
	if err != nil {
		return err
	}
	return watchCRDDeletions(ctx, client, stored)
}

func watchCRDDeletions(ctx context.Context, client clientset.Interface, stored crdStore) error {
	informer := externalversions.NewSharedInformerFactoryWithOptions(client, 0, externalversions.WithTransform(withoutSpec)).
		Apiextensions().V1().CustomResourceDefinitions().Informer()
	deletion := crdDeletion{client, workqueue.NewTypedDelayingQueue[terminatingCRD](), informer.GetStore(), stored}
	look := func(object any) {
		definition, ok := object.(*apiextensionsv1.CustomResourceDefinition)
		if ok && definition.DeletionTimestamp != nil &&
			apihelpers.CRDHasFinalizer(definition, apiextensionsv1.CustomResourceCleanupFinalizer) {
			deletion.queue.Add(terminatingCRD{definition.Name, definition.ResourceVersion, time.Now()})
		}
	}
	if _, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    look,
		UpdateFunc: func(_, object any) { look(object) },
	}); err != nil {
		return err
	}
	go informer.RunWithContext(ctx)
	go deletion.run(ctx)
	context.AfterFunc(ctx, deletion.queue.ShutDown)
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

func (d *crdDeletion) run(ctx context.Context) {
	for {
		due, stopped := d.queue.Get()
		if stopped {
			return
		}
		d.queue.Done(due)
		object, exists, _ := d.cache.GetByKey(due.name)
		definition, ok := object.(*apiextensionsv1.CustomResourceDefinition)
		if !exists || !ok || definition.ResourceVersion != due.version {
			continue
		}
		err := d.advance(ctx, definition, due.seen)
		if err != nil && !apierrors.IsNotFound(err) && !apierrors.IsConflict(err) && ctx.Err() == nil {
			klog.FromContext(ctx).Error(err, "Retrying the deletion of a CustomResourceDefinition later", "name", due.name)
			d.queue.AddAfter(due, lastFailedDeletionCheck)
			continue
		}
		// After a change or a conflict, an event brings the new version; this one is then left alone.
		d.queue.AddAfter(due, objectsCheck)
	}
}

// advance makes the next step of a deletion whose definition has not changed since the time seen.
func (d *crdDeletion) advance(ctx context.Context, definition *apiextensionsv1.CustomResourceDefinition, seen time.Time) error {
	plural, group, _ := strings.Cut(definition.Name, ".")
	kind := schema.GroupResource{Group: group, Resource: plural}
	hasObjects := true
	if !finalizer.OverlappingBuiltInResources()[kind] {
		var err error
		if hasObjects, err = d.stored.hasCustomObjects(ctx, kind); err != nil {
			return err
		}
	}
	switch {
	case !hasObjects && len(definition.Finalizers) == 1:
		return d.stored.removeDefinition(ctx, definition)
	case !hasObjects:
		return d.removeFinalizer(ctx, definition)
	case time.Since(seen) >= nextDeletionCheck(definition):
		return d.retry(ctx, definition)
	}
	return nil
}

// removeFinalizer leaves what upstream's finalizer leaves of a definition that other finalizers keep.
func (d *crdDeletion) removeFinalizer(ctx context.Context, definition *apiextensionsv1.CustomResourceDefinition) error {
	changed := definition.DeepCopy()
	apihelpers.CRDRemoveFinalizer(changed, apiextensionsv1.CustomResourceCleanupFinalizer)
	apihelpers.SetCRDCondition(changed, apiextensionsv1.CustomResourceDefinitionCondition{
		Type: apiextensionsv1.Terminating, Status: apiextensionsv1.ConditionFalse,
		Reason: "InstanceDeletionCompleted", Message: "removed all instances",
	})
	return d.patch(ctx, changed)
}

// retry makes upstream's finalizer try again.
func (d *crdDeletion) retry(ctx context.Context, definition *apiextensionsv1.CustomResourceDefinition) error {
	changed := definition.DeepCopy()
	apihelpers.SetCRDCondition(changed, apiextensionsv1.CustomResourceDefinitionCondition{
		Type: deletionRetried, Status: apiextensionsv1.ConditionTrue, Reason: "FinalizerStopped",
		Message: strconv.Itoa(retriesOf(definition) + 1),
	})
	return d.patch(ctx, changed)
}

// patch stores the finalizers and conditions, unless the definition has changed in between. It patches the
// status: unlike a change of the metadata, that does not validate the schema.
func (d *crdDeletion) patch(ctx context.Context, changed *apiextensionsv1.CustomResourceDefinition) error {
	patch, err := json.Marshal(map[string]any{
		"metadata": map[string]any{"resourceVersion": changed.ResourceVersion, "finalizers": changed.Finalizers},
		"status":   map[string]any{"conditions": changed.Status.Conditions},
	})
	if err != nil {
		return err
	}
	_, err = d.client.ApiextensionsV1().CustomResourceDefinitions().Patch(
		ctx, changed.Name, types.MergePatchType, patch, metav1.PatchOptions{}, "status")
	return err
}

// nextDeletionCheck returns the time after which a definition that has not changed needs a retry.
func nextDeletionCheck(definition *apiextensionsv1.CustomResourceDefinition) time.Duration {
	terminating := apihelpers.FindCRDCondition(definition, apiextensionsv1.Terminating)
	if terminating == nil || (terminating.Reason != "InstanceDeletionFailed" && terminating.Reason != "InstanceDeletionCheck") {
		return deletionCheck
	}
	return min(failedDeletionCheck<<min(retriesOf(definition), 8), lastFailedDeletionCheck)
}

func retriesOf(definition *apiextensionsv1.CustomResourceDefinition) int {
	condition := apihelpers.FindCRDCondition(definition, deletionRetried)
	if condition == nil {
		return 0
	}
	count, _ := strconv.Atoi(condition.Message)
	return count
}
