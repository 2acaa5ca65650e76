package jsonhttp

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestAnUnknownEndpointIsARequestError(t *testing.T) {
	recorder := httptest.NewRecorder()
	UnknownEndpoint(recorder, httptest.NewRequest(http.MethodPost, "/v1/explode", nil))
	want := `{"error":{"code":"request","message":"no endpoint POST /v1/explode"}}` + "\n"
	if recorder.Code != http.StatusBadRequest || recorder.Body.String() != want {
		t.Errorf("got %d: %s", recorder.Code, recorder.Body)
	}
}

func TestAPanicIsAnsweredAndTheServiceContinues(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/v1/template", func(http.ResponseWriter, *http.Request) { panic("a nil map") })
	handler := RecoverPanics(slog.New(slog.DiscardHandler), mux)
	for range 2 {
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/v1/template", nil))
		if recorder.Code != http.StatusInternalServerError {
			t.Errorf("answered %d", recorder.Code)
		}
		want := `{"error":{"code":"internal","message":"the engine failed at /v1/template: a nil map"}}` + "\n"
		if recorder.Body.String() != want {
			t.Errorf("got %s", recorder.Body)
		}
	}
}
