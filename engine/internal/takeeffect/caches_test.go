package takeeffect

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	schedulingv1 "k8s.io/api/scheduling/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/metadata"
	metadatafake "k8s.io/client-go/metadata/fake"
	clienttesting "k8s.io/client-go/testing"
	"k8s.io/client-go/tools/cache"
)

func stored(name, uid, version string) metav1.PartialObjectMetadata {
	return metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Name: name, UID: types.UID(uid), ResourceVersion: version}}
}

func class(name, uid, version string) *schedulingv1.PriorityClass {
	object := stored(name, uid, version)
	return &schedulingv1.PriorityClass{ObjectMeta: object.ObjectMeta}
}

// newCaches returns caches next to a store at version 10 with these PriorityClasses, and the cache of them.
// onList is called at each list of the store.
func newCaches(t *testing.T, onList func(), inStore ...metav1.PartialObjectMetadata) (*Caches, cache.Indexer) {
	t.Helper()
	caches, err := NewCaches(informers.NewSharedInformerFactory(fake.NewClientset(), 0))
	if err != nil {
		t.Fatal(err)
	}
	client := metadatafake.NewSimpleMetadataClient(metadatafake.NewTestScheme())
	client.PrependReactor("list", "*", func(clienttesting.Action) (bool, runtime.Object, error) {
		onList()
		return true, &metav1.List{ListMeta: metav1.ListMeta{ResourceVersion: "10"}, Items: rawItems(t, inStore)}, nil
	})
	var connected metadata.Interface = client
	caches.client.Store(&connected)
	return caches, caches.byResource[cachedResources[0].GroupResource()].indexer
}

func TestAWriteIsAnsweredWhenThePluginsHaveReadIt(t *testing.T) {
	for name, test := range map[string]struct {
		inStore []metav1.PartialObjectMetadata
		before  []*schedulingv1.PriorityClass
		change  func(cache.Indexer) error
	}{
		"an object that is created": {
			inStore: []metav1.PartialObjectMetadata{stored("a", "1", "9")},
			change:  func(indexer cache.Indexer) error { return indexer.Add(class("a", "1", "9")) },
		},
		"an object that is changed": {
			inStore: []metav1.PartialObjectMetadata{stored("a", "1", "9")},
			before:  []*schedulingv1.PriorityClass{class("a", "1", "8")},
			change:  func(indexer cache.Indexer) error { return indexer.Update(class("a", "1", "9")) },
		},
		"an object that is deleted": {
			before: []*schedulingv1.PriorityClass{class("a", "1", "8")},
			change: func(indexer cache.Indexer) error { return indexer.Delete(class("a", "1", "8")) },
		},
		"an object that is deleted and created again": {
			inStore: []metav1.PartialObjectMetadata{stored("a", "2", "9")},
			before:  []*schedulingv1.PriorityClass{class("a", "1", "8")},
			change:  func(indexer cache.Indexer) error { return indexer.Update(class("a", "2", "9")) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			listed := make(chan struct{})
			caches, indexer := newCaches(t, sync.OnceFunc(func() { close(listed) }), test.inStore...)
			for _, object := range test.before {
				if err := indexer.Add(object); err != nil {
					t.Fatal(err)
				}
			}
			changed := make(chan struct{})
			go func() {
				<-listed
				close(changed)
				if err := test.change(indexer); err != nil {
					t.Error(err)
				}
			}()
			answer(t, caches, "update", http.StatusOK)
			select {
			case <-changed:
			default:
				t.Error("the response came before the cache had the object")
			}
		})
	}
}

func TestWhatIsNotAWriteIsAnsweredAtOnce(t *testing.T) {
	for name, test := range map[string]struct {
		verb string
		code int
	}{
		"a read":             {verb: "list", code: http.StatusOK},
		"a write that fails": {verb: "update", code: http.StatusConflict},
	} {
		t.Run(name, func(t *testing.T) {
			caches, _ := newCaches(t, func() {}, stored("a", "1", "9"))
			start := time.Now()
			answer(t, caches, test.verb, test.code)
			if took := time.Since(start); took > timeout/2 {
				t.Errorf("the response came after %s", took)
			}
		})
	}
}

func TestAnObjectThatWasStoredAfterTheListIsNotWaitedFor(t *testing.T) {
	caches, indexer := newCaches(t, func() {})
	if err := indexer.Add(class("later", "1", "11")); err != nil {
		t.Fatal(err)
	}
	answer(t, caches, "create", http.StatusCreated)
}

// answer sends a request for PriorityClasses to a handler that responds with the code.
func answer(t *testing.T, caches *Caches, verb string, code int) {
	t.Helper()
	handler := caches.Delay(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }))
	info := &request.RequestInfo{IsResourceRequest: true, Verb: verb, APIGroup: "scheduling.k8s.io", Resource: "priorityclasses"}
	ctx, cancel := context.WithTimeout(request.WithRequestInfo(t.Context(), info), timeout)
	defer cancel()
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil))
	if recorder.Code != code {
		t.Errorf("status %d, want %d", recorder.Code, code)
	}
	if ctx.Err() != nil {
		t.Error(ctx.Err())
	}
}

func rawItems(t *testing.T, objects []metav1.PartialObjectMetadata) []runtime.RawExtension {
	t.Helper()
	items := make([]runtime.RawExtension, 0, len(objects))
	for i := range objects {
		items = append(items, runtime.RawExtension{Object: &objects[i]})
	}
	return items
}
