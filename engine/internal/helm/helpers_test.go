package helm

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

const noCluster = "/nonexistent/kubeconfig"

// newTestService returns a service that has no cluster.
func newTestService(t testing.TB) *Service {
	t.Helper()
	service, err := NewService(Config{
		Kubeconfig: noCluster,
		Info:       func() any { return map[string]string{"type": "hello"} },
		Stop:       func(string) {},
		WorkDir:    filepath.Join(t.TempDir(), "helm"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return service
}

// post sends a request through the service's own handler and decodes the answer.
func post[Response any](t testing.TB, service *Service, verb string, request any) (int, Response) {
	t.Helper()
	body, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	return postRaw[Response](t, service, verb, body)
}

func postRaw[Response any](t testing.TB, service *Service, verb string, body []byte) (int, Response) {
	t.Helper()
	recorder := httptest.NewRecorder()
	service.Handler().ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/v1/"+verb, bytes.NewReader(body)))
	var response Response
	if err := json.Unmarshal(recorder.Body.Bytes(), &response); err != nil {
		t.Fatalf("%s answered %d with %q: %v", verb, recorder.Code, recorder.Body.String(), err)
	}
	return recorder.Code, response
}

type errorBody struct {
	Error *Error `json:"error"`
}

// postForError expects the request to fail with the HTTP status.
func postForError(t testing.TB, service *Service, verb string, status int, request any) *Error {
	t.Helper()
	code, response := post[errorBody](t, service, verb, request)
	if response.Error == nil {
		t.Fatalf("%s succeeded with %d, an error was expected", verb, code)
	}
	if code != status {
		t.Errorf("%s answered %d (%s: %s), want %d", verb, code, response.Error.Code, response.Error.Message, status)
	}
	return response.Error
}

type files map[string]string

// writeChart writes a small valid chart called web, changed by the given files,
// and returns its folder. An empty content removes a file.
func writeChart(t testing.TB, changes files) string {
	t.Helper()
	content := files{
		"Chart.yaml":  "apiVersion: v2\nname: web\nversion: 1.2.3\nappVersion: \"9\"\n",
		"values.yaml": "replicas: 1\n",
		"templates/config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n" +
			"data:\n  replicas: {{ .Values.replicas | quote }}\n",
	}
	maps.Copy(content, changes)
	dir := filepath.Join(t.TempDir(), "web")
	writeFiles(t, dir, content)
	return dir
}

func writeFiles(t testing.TB, dir string, content files) {
	t.Helper()
	for name, text := range content {
		if text == "" {
			continue
		}
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
