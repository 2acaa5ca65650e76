package service

import (
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"seatrial/engine/internal/helm/helmtest"
	"seatrial/engine/internal/helm/wire"
)

// listen answers on a unix socket and returns its path.
func listen(t *testing.T, answer http.HandlerFunc) string {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: answer}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return socket
}

func TestAWorkerContinuesWithWhatThePostRendererReturns(t *testing.T) {
	chart := helmtest.WriteChart(t, map[string]string{
		"templates/a.yaml":    "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n",
		"templates/hook.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: b, annotations: { helm.sh/hook: pre-install } }\n",
	})
	socket := listen(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = io.WriteString(w, strings.ReplaceAll(string(body), "name: ", "name: x-"))
	})
	request := map[string]any{"chart": chart, "postRenderer": socket}
	status, answer := post[wire.TemplateResponse](t, newIsolatingService(t), "template", request)
	if status != http.StatusOK || !strings.Contains(answer.Manifest, "name: x-a") {
		t.Errorf("answered %d: %s", status, answer.Manifest)
	}
	if len(answer.Hooks) != 1 || answer.Hooks[0].Name != "x-b" {
		t.Errorf("the hooks are %v", answer.Hooks)
	}
}

func TestTheErrorOfAPostRendererIsReported(t *testing.T) {
	chart := helmtest.WriteChart(t, map[string]string{"templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n"})
	socket := listen(t, func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "no such patch", http.StatusInternalServerError)
	})
	for path, want := range map[string]string{socket: "no such patch", socket + "-gone": "cannot be reached", "relative": "absolute"} {
		request := map[string]any{"chart": chart, "postRenderer": path}
		status, answer := post[wire.ErrorBody](t, newIsolatingService(t), "template", request)
		if status == http.StatusOK || !strings.Contains(answer.Error.Message, want) {
			t.Errorf("%s: answered %d: %v", path, status, answer.Error)
		}
	}
}
