package olderfields

import (
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/warning"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/kubernetes/pkg/generated/openapi"
)

const body = `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","labels":{"mode":"kept"}},"spec":{"containers":[{"name":"a"}],` +
	`"volumes":[{"name":"a","emptyDir":{"mode":493,"medium":"Memory"}},{"name":"b","emptyDir":{"mode":493}}]},` +
	`"status":{"phase":"Pending"}}`

func unknownTo(t *testing.T, version string) Fields {
	t.Helper()
	fields, err := UnknownTo(version)
	if err != nil {
		t.Fatal(err)
	}
	return fields
}

func TestEveryFieldExistsInTheAPIOfThisBinary(t *testing.T) {
	byName := map[string]reflect.Type{}
	for _, of := range scheme.Scheme.AllKnownTypes() {
		collect(of, byName)
	}
	definitions := definitionsWithout(nil)
	for _, version := range []string{"1.34", "1.35", "1.36"} {
		fields := unknownTo(t, version)
		if len(fields) == 0 {
			t.Errorf("%s has no unknown fields", version)
		}
		for name, unknown := range fields {
			for _, field := range unknown {
				if of := byName[name]; of == nil || !hasField(of, field) {
					t.Errorf("%s: %s has no field %s in Go", version, name, field)
				}
				if !definitions[name][field] {
					t.Errorf("%s: %s has no field %s in OpenAPI", version, name, field)
				}
			}
		}
	}
}

func TestTheSchemasOfAnOlderVersionLackItsUnknownFields(t *testing.T) {
	fields := Fields{"io.k8s.api.core.v1.EmptyDirVolumeSource": {"mode"}}
	emptyDir := definitionsWithout(fields)["io.k8s.api.core.v1.EmptyDirVolumeSource"]
	if emptyDir["mode"] || !emptyDir["medium"] {
		t.Errorf("the schema has %v", emptyDir)
	}
}

// definitionsWithout returns the fields of each definition.
func definitionsWithout(fields Fields) map[string]map[string]bool {
	found := map[string]map[string]bool{}
	definitions := fields.without(openapi.GetOpenAPIDefinitions)(noReference)
	for name, definition := range definitions {
		found[name] = map[string]bool{}
		for field := range definition.Schema.Properties {
			found[name][field] = true
		}
	}
	return found
}

func TestAWriteWithUnknownFields(t *testing.T) {
	const (
		first  = `unknown field "spec.volumes[0].emptyDir.mode"`
		second = `unknown field "spec.volumes[1].emptyDir.mode"`
	)
	for name, test := range map[string]struct {
		method, path, contentType, query string
		status                           int
		answer                           string
		warnings                         []string
		passed                           bool
	}{
		"is refused by strict validation": {
			method: "POST", path: "/api/v1/namespaces/a/pods", contentType: "application/json", query: "?fieldValidation=Strict", status: 400,
			answer: `Pod in version \"v1\" cannot be handled as a Pod: strict decoding error: ` + quoted(first+", "+second),
		},
		"is refused as a patch": {
			method: "PATCH", path: "/api/v1/namespaces/a/pods/a", contentType: "application/merge-patch+json", query: "?fieldValidation=Strict", status: 422,
			answer: `strict decoding error: ` + quoted(first+", "+second),
		},
		"gets warnings by default": {
			method: "PUT", path: "/api/v1/namespaces/a/pods/a", contentType: "application/json", status: 200, passed: true, warnings: []string{first, second},
		},
		"passes without the fields when validation ignores them": {
			method: "POST", path: "/api/v1/namespaces/a/pods", contentType: "application/yaml", query: "?fieldValidation=Ignore", status: 200, passed: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			passed, recorder, warned := send(t, unknownTo(t, "1.35"), test.method, test.path+test.query, test.contentType, body)
			if recorder.Code != test.status || !strings.Contains(recorder.Body.String(), test.answer) {
				t.Errorf("answered %d: %s", recorder.Code, recorder.Body)
			}
			if !slices.Equal(warned, test.warnings) {
				t.Errorf("warned %q", warned)
			}
			if isPassed := passed != ""; isPassed != test.passed || strings.Contains(passed, "493") {
				t.Errorf("passed on %q", passed)
			}
			if test.passed && (!strings.Contains(passed, `"mode":"kept"`) || !strings.Contains(passed, `"medium":"Memory"`)) {
				t.Errorf("passed on %q", passed)
			}
		})
	}
}

func TestOtherWritesPassUnchanged(t *testing.T) {
	for name, test := range map[string]struct{ method, path, contentType, body string }{
		"known fields":       {"POST", "/api/v1/namespaces/a/pods", "application/json", `{"spec": {"volumes": [{"emptyDir": {}}]}}`},
		"another kind":       {"POST", "/api/v1/namespaces/a/configmaps", "application/json", `{"data": {"mode": "1"}}`},
		"server-side apply":  {"PATCH", "/api/v1/namespaces/a/pods/a", "application/apply-patch+yaml", body},
		"a subresource":      {"PUT", "/api/v1/namespaces/a/pods/a/status", "application/json", body},
		"what is not JSON":   {"POST", "/api/v1/namespaces/a/pods", "application/json", "{"},
		"more than 3 MiB":    {"POST", "/api/v1/namespaces/a/pods", "application/json", `{"a": "` + strings.Repeat("x", maxBodyBytes) + `"}`},
		"a read with a body": {"GET", "/api/v1/namespaces/a/pods", "application/json", body},
	} {
		t.Run(name, func(t *testing.T) {
			passed, recorder, _ := send(t, unknownTo(t, "1.35"), test.method, test.path, test.contentType, test.body)
			if recorder.Code != 200 || passed != test.body {
				t.Errorf("answered %d, passed on %d of %d bytes", recorder.Code, len(passed), len(test.body))
			}
		})
	}
}

func TestTheFieldsOfAnEmbeddedTemplateAreFound(t *testing.T) {
	fields := Fields{"io.k8s.api.core.v1.PodSpec": {"schedulingGroup"}}
	of := scheme.Scheme.AllKnownTypes()[corev1.SchemeGroupVersion.WithKind("ReplicationController")]
	object := map[string]any{"spec": map[string]any{"template": map[string]any{"spec": map[string]any{"schedulingGroup": map[string]any{}}}}}
	if paths := fields.prune(object, of); !slices.Equal(paths, []string{"spec.template.spec.schedulingGroup"}) {
		t.Errorf("found %q", paths)
	}
}

// send returns the body that is passed on, the answer and its warnings.
func send(t *testing.T, fields Fields, method, path, contentType, body string) (string, *httptest.ResponseRecorder, []string) {
	t.Helper()
	var passed string
	next := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		read, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		passed = string(read)
	})
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("Accept", "application/json")
	resolver := &request.RequestInfoFactory{APIPrefixes: sets.NewString("api", "apis"), GrouplessAPIPrefixes: sets.NewString("api")}
	info, err := resolver.NewRequestInfo(r)
	if err != nil {
		t.Fatal(err)
	}
	warned := &warnings{}
	ctx := warning.WithWarningRecorder(request.WithRequestInfo(r.Context(), info), warned)
	recorder := httptest.NewRecorder()
	fields.Refuse(next).ServeHTTP(recorder, r.WithContext(ctx))
	return passed, recorder, warned.texts
}
