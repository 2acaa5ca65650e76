package service

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"seatrial/engine/internal/helm/wire"
)

const noCluster = "/nonexistent/kubeconfig"

// newTestService returns a service that has no cluster.
func newTestService(t testing.TB) *Service {
	t.Helper()
	service, err := New(Config{
		Kubeconfig: noCluster,
		WorkDir:    filepath.Join(t.TempDir(), "helm"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return service
}

func handlerOf(service *Service) http.Handler {
	mux := http.NewServeMux()
	service.Register(mux)
	return mux
}

// post sends a request through the service's own endpoints and decodes the answer.
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
	handlerOf(service).ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/v1/"+verb, bytes.NewReader(body)))
	var response Response
	if err := json.Unmarshal(recorder.Body.Bytes(), &response); err != nil {
		t.Fatalf("%s answered %d with %q: %v", verb, recorder.Code, recorder.Body.String(), err)
	}
	return recorder.Code, response
}

type errorBody struct {
	Error *wire.Error `json:"error"`
}

// postForError expects the request to fail with the HTTP status.
func postForError(t testing.TB, service *Service, verb string, status int, request any) *wire.Error {
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
