package plane

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"k8s.io/apiextensions-apiserver/pkg/apihelpers"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/client/clientset/clientset/fake"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	clienttesting "k8s.io/client-go/testing"
)

func terminating(name, reason string, change func(*apiextensionsv1.CustomResourceDefinition)) *apiextensionsv1.CustomResourceDefinition {
	now := metav1.Now()
	definition := &apiextensionsv1.CustomResourceDefinition{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, ResourceVersion: "1", DeletionTimestamp: &now, Finalizers: []string{apiextensionsv1.CustomResourceCleanupFinalizer},
		},
	}
	definition.Spec.Group = "example.com"
	definition.Status.Conditions = []apiextensionsv1.CustomResourceDefinitionCondition{
		{Type: apiextensionsv1.Established, Status: apiextensionsv1.ConditionTrue},
		{Type: apiextensionsv1.Terminating, Status: apiextensionsv1.ConditionTrue, Reason: reason},
	}
	if change != nil {
		change(definition)
	}
	return definition
}

// fakeStore has objects of one kind until they have been counted some times.
type fakeStore struct {
	t       *testing.T
	counts  int
	removed []string
}

func (f *fakeStore) hasCustomObjects(_ context.Context, kind schema.GroupResource) (bool, error) {
	if kind.String() != "a.example.com" {
		f.t.Errorf("the objects of %s were counted", kind)
	}
	f.counts--
	return f.counts >= 0, nil
}

func (f *fakeStore) removeDefinition(_ context.Context, definition *apiextensionsv1.CustomResourceDefinition) error {
	f.removed = append(f.removed, definition.Name+" "+definition.ResourceVersion)
	return nil
}

const manyCounts = 1 << 20

// A finalizer that has given up does not act again until something besides its own condition changes.
func TestADeletionThatTheFinalizerGaveUpIsRetried(t *testing.T) {
	for title, test := range map[string]struct {
		definition *apiextensionsv1.CustomResourceDefinition
		within     time.Duration
		isRetried  bool
	}{
		"the list of the objects has failed":  {terminating("a.example.com", "InstanceDeletionFailed", nil), failedDeletionCheck + time.Millisecond, true},
		"the objects did not go in time":      {terminating("a.example.com", "InstanceDeletionCheck", nil), failedDeletionCheck + time.Millisecond, true},
		"the deletion is in progress":         {terminating("a.example.com", "InstanceDeletionInProgress", nil), deletionCheck - time.Millisecond, false},
		"no progress was made for long":       {terminating("a.example.com", "InstanceDeletionInProgress", nil), deletionCheck + time.Millisecond, true},
		"the definition is not being deleted": {terminating("a.example.com", "InstanceDeletionFailed", func(d *apiextensionsv1.CustomResourceDefinition) { d.DeletionTimestamp = nil }), time.Minute, false},
	} {
		t.Run(title, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				client := fake.NewClientset(test.definition)
				if err := watchCRDDeletions(ctx, client, &fakeStore{t: t, counts: manyCounts}); err != nil {
					t.Fatal(err)
				}
				time.Sleep(test.within)
				synctest.Wait()
				stored, err := client.ApiextensionsV1().CustomResourceDefinitions().Get(ctx, "a.example.com", metav1.GetOptions{})
				if err != nil {
					t.Fatal(err)
				}
				if isRetried := retriesOf(stored) > 0; isRetried != test.isRetried {
					t.Errorf("retried %d times: %v", retriesOf(stored), stored.Status.Conditions)
				}
				if stored.Spec.Group != "example.com" || apihelpers.FindCRDCondition(stored, apiextensionsv1.Established) == nil {
					t.Errorf("the retry has changed more than its condition: %v", stored)
				}
				cancel()
				synctest.Wait()
			})
		})
	}
}

func TestAFailedRetryIsRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		client := fake.NewClientset(terminating("a.example.com", "InstanceDeletionFailed", nil))
		failures := 3
		client.PrependReactor("patch", "customresourcedefinitions", func(clienttesting.Action) (bool, runtime.Object, error) {
			failures--
			return failures >= 0, nil, context.DeadlineExceeded
		})
		if err := watchCRDDeletions(ctx, client, &fakeStore{t: t, counts: manyCounts}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(failedDeletionCheck + 4*lastFailedDeletionCheck)
		synctest.Wait()
		stored, err := client.ApiextensionsV1().CustomResourceDefinitions().Get(ctx, "a.example.com", metav1.GetOptions{})
		if err != nil || retriesOf(stored) == 0 {
			t.Errorf("it was not retried after failures: %v, %v", stored, err)
		}
		cancel()
		synctest.Wait()
	})
}

// Upstream's finalizer would first build what serves the kind, and often fail to list it.
func TestADefinitionWithoutObjectsIsRemovedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		store := &fakeStore{t: t, counts: 2}
		if err := watchCRDDeletions(ctx, fake.NewClientset(terminating("a.example.com", "InstanceDeletionPending", nil)), store); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2*objectsCheck - time.Millisecond)
		synctest.Wait()
		if len(store.removed) > 0 {
			t.Errorf("removed while it had objects: %v", store.removed)
		}
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		if len(store.removed) != 1 || store.removed[0] != "a.example.com 1" {
			t.Errorf("removed: %v", store.removed)
		}
		cancel()
		synctest.Wait()
	})
}

func TestADefinitionThatOthersKeepLosesTheFinalizerOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		store := &fakeStore{t: t}
		client := fake.NewClientset(terminating("a.example.com", "InstanceDeletionPending", func(d *apiextensionsv1.CustomResourceDefinition) {
			d.Finalizers = append(d.Finalizers, "example.com/mine")
		}))
		if err := watchCRDDeletions(ctx, client, store); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
		synctest.Wait()
		stored, err := client.ApiextensionsV1().CustomResourceDefinitions().Get(ctx, "a.example.com", metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if len(stored.Finalizers) != 1 || stored.Finalizers[0] != "example.com/mine" || len(store.removed) > 0 {
			t.Errorf("finalizers %v, removed %v", stored.Finalizers, store.removed)
		}
		if condition := apihelpers.FindCRDCondition(stored, apiextensionsv1.Terminating); condition.Reason != "InstanceDeletionCompleted" {
			t.Errorf("condition: %v", condition)
		}
		cancel()
		synctest.Wait()
	})
}
