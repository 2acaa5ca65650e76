package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"helm.sh/helm/v4/pkg/kube"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/cli-runtime/pkg/resource"
	"k8s.io/client-go/rest"
)

// served are the lines of one watch of an object; a watch without lines is refused.
type served map[string][][]string

// watchServer answers the first watch of an object with its first lines, the second with the second, and keeps the last one open.
func watchServer(t *testing.T, objects served) *rest.RESTClient {
	t.Helper()
	var mutex sync.Mutex
	opened := map[string]int{}
	ended := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Query().Get("fieldSelector"), "metadata.name=")
		if r.URL.Query().Get("watch") == "" {
			http.NotFound(w, r)
			return
		}
		watches := objects[name]
		if len(watches) == 0 {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		mutex.Lock()
		number := opened[name]
		opened[name]++
		mutex.Unlock()
		w.Header().Set("Content-Type", "application/json")
		for _, line := range watches[min(number, len(watches)-1)] {
			_, _ = fmt.Fprintln(w, line)
		}
		_ = http.NewResponseController(w).Flush()
		if number >= len(watches)-1 {
			select {
			case <-r.Context().Done():
			case <-ended:
			}
		}
	}))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(ended) })
	config := &rest.Config{Host: server.URL, APIPath: "/api"}
	config.ContentConfig = resource.UnstructuredPlusDefaultContentConfig()
	config.GroupVersion = &schema.GroupVersion{Version: "v1"}
	client, err := rest.RESTClientFor(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func pod(name, phase string) map[string]any {
	status := map[string]any{"phase": phase}
	if phase == "Crashing" {
		status["phase"] = "Running"
		waiting := map[string]any{"waiting": map[string]any{"reason": "CrashLoopBackOff"}}
		status["containerStatuses"] = []any{map[string]any{"name": "app", "state": waiting}}
	}
	if phase == "Running" {
		status["conditions"] = []any{map[string]any{"type": "Ready", "status": "True"}}
	}
	metadata := map[string]any{"name": name, "namespace": "demo", "resourceVersion": "7"}
	return map[string]any{"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "status": status}
}

func event(kind string, object map[string]any) string {
	line, _ := json.Marshal(map[string]any{"type": kind, "object": object})
	return string(line)
}

func infoOf(client *rest.RESTClient, object map[string]any) *resource.Info {
	name, _, _ := unstructured.NestedString(object, "metadata", "name")
	version, _, _ := unstructured.NestedString(object, "metadata", "resourceVersion")
	return &resource.Info{
		Client: client, Namespace: "demo", Name: name, ResourceVersion: version,
		Object: &unstructured.Unstructured{Object: object},
		Mapping: &meta.RESTMapping{
			Resource:         schema.GroupVersionResource{Version: "v1", Resource: "pods"},
			GroupVersionKind: schema.GroupVersionKind{Version: "v1", Kind: "Pod"},
			Scope:            meta.RESTScopeNamespace,
		},
	}
}

func waiterFor(ctx context.Context) *observedWaiter {
	return &observedWaiter{strategy: kube.StatusWatcherStrategy, ctx: ctx}
}

func TestAWaitEndsWhenTheLastObjectIsReady(t *testing.T) {
	client := watchServer(t, served{
		"slow": {{event("MODIFIED", pod("slow", "Pending"))}, {event("ADDED", pod("slow", "Running"))}},
		"soon": {{event("MODIFIED", pod("soon", "Running"))}},
	})
	resources := kube.ResourceList{
		infoOf(client, pod("done", "Running")), infoOf(client, pod("slow", "Pending")), infoOf(client, pod("soon", "Pending")),
	}
	helm := func(kube.ResourceList, time.Duration) error { return errors.New("Helm was asked") }
	if err := waiterFor(t.Context()).untilCurrent(resources, time.Minute, helm, false); err != nil {
		t.Error(err)
	}
}

func TestAnObjectThatHasFailedEndsTheWaitWhenTheOthersAreReady(t *testing.T) {
	client := watchServer(t, served{
		"bad":  {{event("MODIFIED", pod("bad", "Crashing"))}},
		"soon": {{event("MODIFIED", pod("soon", "Running"))}},
	})
	resources := kube.ResourceList{infoOf(client, pod("bad", "Pending")), infoOf(client, pod("soon", "Pending"))}
	err := waiterFor(t.Context()).untilCurrent(resources, time.Minute, nil, false)
	if err == nil || !strings.Contains(err.Error(), "resource Pod/demo/bad not ready. status: Failed") || !endedEarly(err) {
		t.Errorf("got %v", err)
	}
}

func TestAWaitThatIsLateNamesTheStatusOfEachObject(t *testing.T) {
	client := watchServer(t, served{"slow": {{event("MODIFIED", pod("slow", "Pending"))}}})
	resources := kube.ResourceList{infoOf(client, pod("slow", "Pending"))}
	err := waiterFor(t.Context()).untilCurrent(resources, 100*time.Millisecond, nil, false)
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "resource Pod/demo/slow not ready. status: InProgress") {
		t.Errorf("got %v", err)
	}
}

func TestHelmDecidesAboutWhatCannotBeWatched(t *testing.T) {
	client := watchServer(t, served{})
	resources := kube.ResourceList{infoOf(client, pod("web", "Pending"))}
	asked := errors.New("Helm was asked")
	helm := func(kube.ResourceList, time.Duration) error { return asked }
	if err := waiterFor(t.Context()).untilCurrent(resources, time.Minute, helm, false); !errors.Is(err, asked) {
		t.Errorf("got %v", err)
	}
}

func TestAHookIsReadyWhenItsPodHasSucceeded(t *testing.T) {
	client := watchServer(t, served{
		"good": {{event("MODIFIED", pod("good", "Running")), event("MODIFIED", pod("good", "Succeeded"))}},
		"bad":  {{event("MODIFIED", pod("bad", "Failed"))}},
		"gone": {{event("DELETED", pod("gone", "Running"))}},
	})
	for name, want := range map[string]string{
		"good": "", "bad": "resource Pod/demo/bad not ready. status: Failed, message: pod bad failed",
		"gone": "resource Pod/demo/gone not ready. status: NotFound, message: Resource not found",
	} {
		timeout := time.Minute
		if name == "gone" {
			timeout = 100 * time.Millisecond
		}
		err := waiterFor(t.Context()).untilReady(kube.ResourceList{infoOf(client, pod(name, "Pending"))}, timeout)
		if want == "" && err != nil || want != "" && (err == nil || !strings.HasPrefix(err.Error(), want)) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestAHookThatHasEndedBeforeIsReadyAtOnce(t *testing.T) {
	client := watchServer(t, served{"old": {{}}})
	if err := waiterFor(t.Context()).untilReady(kube.ResourceList{infoOf(client, pod("old", "Succeeded"))}, time.Minute); err != nil {
		t.Error(err)
	}
}

func TestWhatNeverExistedIsDeletedAtOnce(t *testing.T) {
	client := watchServer(t, served{})
	if err := waiterFor(t.Context()).untilDeleted(kube.ResourceList{infoOf(client, pod("web", "Pending"))}, time.Minute); err != nil {
		t.Error(err)
	}
}
