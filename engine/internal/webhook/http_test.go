package webhook

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/kubernetes/fake"
)

func serve(t *testing.T, simulator *Simulator) *httptest.Server {
	t.Helper()
	simulator.client = fake.NewClientset(backendService(nil), backendPod("a", true, true), backendSlice("https", true, "a"))
	server := httptest.NewServer(simulator.Handler())
	t.Cleanup(server.Close)
	return server
}

func post(t *testing.T, ctx context.Context, server *httptest.Server, path, body string) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	return answer
}

func TestAHandlerRespondsOverItsConnectionAndEndsWithIt(t *testing.T) {
	simulator := newSimulator(t, configuration(""))
	server := serve(t, simulator)
	transport, _ := hookOf(simulator, "hook")
	ctx, hangUp := context.WithCancel(t.Context())
	lines := bufio.NewScanner(post(t, ctx, server, "/v1/webhook/simulate", `{"namespace":"one","handle":true}`).Body)
	if !lines.Scan() {
		t.Fatal(lines.Err())
	}
	var started simulateStarted
	if err := json.Unmarshal(lines.Bytes(), &started); err != nil || started.ID == 0 {
		t.Fatalf("the first line is %s", lines.Bytes())
	}
	go func() {
		var asked handlerCall
		if !lines.Scan() || json.Unmarshal(lines.Bytes(), &asked) != nil || asked.Webhook != "hook.example.com" {
			t.Errorf("the second line is %s", lines.Bytes())
		}
		answer, _ := json.Marshal(answerRequest{ID: asked.ID, Response: json.RawMessage(`{"allowed":false}`)})
		post(t, t.Context(), server, "/v1/webhook/answer", string(answer))
		lines.Scan()
		hangUp()
	}()
	response, err := call(t, t.Context(), transport, "one", "")
	if err != nil || response["allowed"] != false {
		t.Errorf("the response is %v, the error %v", response, err)
	}
	// The handler reads the second call, and its process ends.
	if _, err := call(t, t.Context(), transport, "one", ""); err == nil || !strings.Contains(err.Error(), "is gone") {
		t.Errorf("the error is %v", err)
	}
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		response, err := call(t, t.Context(), transport, "one", "")
		if err == nil && response["allowed"] == true {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the behaviour is in effect after its connection: %v, %v", response, err)
		}
	}
}

func TestInvalidRequestsAreRejected(t *testing.T) {
	server := serve(t, newSimulator(t))
	for path, bodies := range map[string][]string{
		"/v1/webhook/simulate": {`{}`, `{"namespace":"a","scope":"all"}`, `{"namespace":"a","deny":"x","handle":true}`, `{"namspace":"a"}`},
		"/v1/webhook/reviews":  {`{}`, `[]`},
		"/v1/webhook/answer":   {`{"id":"x"}`},
		"/v1/webhook/undo":     {`x`},
	} {
		for _, body := range bodies {
			if answer := post(t, t.Context(), server, path, body); answer.StatusCode != http.StatusBadRequest {
				t.Errorf("%s with %s is answered with %d", path, body, answer.StatusCode)
			}
		}
	}
}
