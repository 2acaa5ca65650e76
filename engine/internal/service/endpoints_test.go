package service

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"seatrial/engine/internal/protocol"
)

func TestStopIsAnsweredBeforeTheEngineIsAsked(t *testing.T) {
	asked := make(chan string, 2)
	handler := serveStop(func(reason string) { asked <- reason })
	for range 2 {
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/v1/stop", strings.NewReader("{}")))
		if recorder.Code != http.StatusAccepted {
			t.Errorf("answered %d", recorder.Code)
		}
	}
	select {
	case reason := <-asked:
		if reason != "requested" {
			t.Errorf("the reason is %q", reason)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the engine was not asked to stop within 5 s")
	}
	if len(asked) != 0 {
		t.Error("the engine was asked twice")
	}
}

func TestInfoAnswersWhatTheEngineSays(t *testing.T) {
	recorder := httptest.NewRecorder()
	about := info{Hello: protocol.Hello{Type: "hello", Engine: "1.2.3"}, Server: "https://127.0.0.1:1", EngineSocket: "/x/engine.sock"}
	serveInfo(about)(recorder, httptest.NewRequest(http.MethodGet, "/v1/info", nil))
	var got info
	if err := json.Unmarshal(recorder.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if recorder.Code != http.StatusOK || got.Goroutines == 0 || got.HeapBytes == 0 {
		t.Errorf("got %d: %s", recorder.Code, recorder.Body)
	}
	if got.Goroutines, got.HeapBytes = 0, 0; got != about {
		t.Errorf("got %+v, want %+v", got, about)
	}
}
