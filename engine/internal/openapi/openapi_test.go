package openapi

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/emicklei/go-restful/v3"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	openapinamer "k8s.io/apiserver/pkg/endpoints/openapi"
	"k8s.io/apiserver/pkg/server"
	"k8s.io/apiserver/pkg/server/mux"
	"k8s.io/apiserver/pkg/server/routes"
	"k8s.io/kube-openapi/pkg/common"
	"k8s.io/kube-openapi/pkg/handler3"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	generatedopenapi "k8s.io/kubernetes/pkg/generated/openapi"
)

const routesOfAGroup = 2

// resources are some built-in types with the root paths of their groups.
func resources() *restful.Container {
	container := restful.NewContainer()
	for root, sample := range map[string]any{
		"/api/v1": corev1.Pod{}, "/apis/apps/v1": appsv1.Deployment{}, "/apis/batch/v1": batchv1.CronJob{},
	} {
		service := new(restful.WebService).Path(root).Consumes(restful.MIME_JSON).Produces(restful.MIME_JSON)
		handle := func(*restful.Request, *restful.Response) {}
		service.Route(service.GET("objects").To(handle).Operation("list"+root).Returns(http.StatusOK, "OK", sample))
		service.Route(service.DELETE("objects").To(handle).Operation("delete"+root).Reads(metav1.DeleteOptions{}).
			Returns(http.StatusOK, "OK", metav1.Status{}))
		container.Add(service)
	}
	return container
}

func configs() (*common.Config, *common.OpenAPIV3Config) {
	namer := openapinamer.NewDefinitionNamer(legacyscheme.Scheme)
	definitions := generatedopenapi.GetOpenAPIDefinitions
	v2, v3 := server.DefaultOpenAPIConfig(definitions, namer), server.DefaultOpenAPIV3Config(definitions, namer)
	v2.Info.Version, v3.Info.Version = "v1.0.0", "v1.0.0"
	return v2, v3
}

func get(t *testing.T, handler http.Handler, path, accept string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequest(http.MethodGet, path, nil)
	request.Header.Set("Accept", accept)
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	if recorder.Code != http.StatusOK {
		t.Fatalf("%s was answered with status %d", path, recorder.Code)
	}
	return recorder
}

func TestServedDocumentsAreThoseOfUpstream(t *testing.T) {
	container := resources()
	v2, v3 := configs()
	upstream := mux.NewPathRecorderMux("upstream")
	routes.OpenAPI{Config: v2}.InstallV2(container, upstream)
	routes.OpenAPI{V3Config: v3}.InstallV3(container, upstream)

	served := mux.NewPathRecorderMux("served")
	v2, v3 = configs()
	if err := serve(container, served, v2, v3); err != nil {
		t.Fatal(err)
	}

	const protobuf = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
	for _, document := range []struct{ path, accept string }{
		{pathV2, "application/json"},
		{pathV2, protobuf},
		{pathV3 + "/api/v1", "application/json"},
		{pathV3 + "/apis/apps/v1", "application/json"},
		{pathV3 + "/apis/batch/v1", "application/json"},
	} {
		t.Run(document.path+" as "+document.accept, func(t *testing.T) {
			expected, actual := get(t, upstream, document.path, document.accept), get(t, served, document.path, document.accept)
			if actual.Body.Len() == 0 || actual.Body.String() != expected.Body.String() {
				t.Errorf("%d bytes differ from upstream's %d", actual.Body.Len(), expected.Body.Len())
			}
			for _, header := range []string{"Content-Type", "Etag", "Vary"} {
				if actual.Header().Get(header) != expected.Header().Get(header) {
					t.Errorf("%s is %q, upstream's is %q", header, actual.Header().Get(header), expected.Header().Get(header))
				}
			}
		})
	}
	if !slices.Equal(served.ListedPaths(), upstream.ListedPaths()) {
		t.Errorf("the paths are %v, upstream's are %v", served.ListedPaths(), upstream.ListedPaths())
	}
}

func TestTheListOfDocumentsIsAnsweredWithoutBuildingOne(t *testing.T) {
	container := resources()
	upstream, served := mux.NewPathRecorderMux("upstream"), mux.NewPathRecorderMux("served")
	v2, v3 := configs()
	routes.OpenAPI{V3Config: v3}.InstallV3(container, upstream)
	described := 0
	describe := v3.GetOperationIDAndTagsFromRoute
	v3.GetOperationIDAndTagsFromRoute = func(route common.Route) (string, []string, error) {
		described++
		return describe(route)
	}
	if err := serve(container, served, v2, v3); err != nil {
		t.Fatal(err)
	}
	expected, actual := list(t, upstream), list(t, served)
	if described != 0 {
		t.Errorf("%d routes were described", described)
	}
	if !slices.Equal(slices.Sorted(maps.Keys(actual)), slices.Sorted(maps.Keys(expected))) {
		t.Errorf("the list has %v, upstream's has %v", actual, expected)
	}
	for name, entry := range actual {
		plain, address := "/openapi/v3/"+name, entry.ServerRelativeURL
		if !strings.HasPrefix(address, plain+"?hash=") {
			t.Errorf("the address of %s is %s", name, address)
		}
		if get(t, served, address, "*/*").Body.String() != get(t, upstream, plain, "*/*").Body.String() {
			t.Errorf("%s is not the document of upstream", address)
		}
	}
	if described != routesOfAGroup*len(actual) {
		t.Errorf("%d routes of %d documents were described", described, len(actual))
	}
}

func TestAnAddressWithAnotherHashIsRedirectedAsUpstreamDoes(t *testing.T) {
	served := mux.NewPathRecorderMux("served")
	v2, v3 := configs()
	if err := serve(resources(), served, v2, v3); err != nil {
		t.Fatal(err)
	}
	recorder := httptest.NewRecorder()
	served.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, pathV3+"/apis/apps/v1?hash=OLD", nil))
	if recorder.Code != http.StatusMovedPermanently {
		t.Fatalf("answered with status %d", recorder.Code)
	}
	if get(t, served, recorder.Header().Get("Location"), "application/json").Body.Len() == 0 {
		t.Error("the document is empty")
	}
}

func list(t *testing.T, handler http.Handler) map[string]handler3.OpenAPIV3DiscoveryGroupVersion {
	t.Helper()
	var found handler3.OpenAPIV3Discovery
	if err := json.Unmarshal(get(t, handler, pathV3, "application/json").Body.Bytes(), &found); err != nil {
		t.Fatal(err)
	}
	return found.Paths
}
