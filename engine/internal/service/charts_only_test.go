package service

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	helm "seatrial/engine/internal/helm/service"
)

func TestAnEngineForChartsServesNothingThatNeedsACluster(t *testing.T) {
	service, err := helm.New(helm.Config{Kubeconfig: "no-cluster", WorkDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	for _, chartsOnly := range []bool{true, false} {
		served := endpoints{helm: service, logger: slog.New(slog.DiscardHandler), chartsOnly: chartsOnly, stop: func(string) {}}
		handler := served.handler()
		for path, needsCluster := range map[string]bool{
			"template": false, "lint": false, "dependency-list": false, "dependency-build": false,
			"install": true, "upgrade": true, "rollback": true, "uninstall": true, "test": true, "status": true, "history": true,
		} {
			recorder := httptest.NewRecorder()
			// Not JSON: an endpoint that exists refuses it before it does anything.
			handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/v1/"+path, strings.NewReader("{")))
			isServed := !strings.Contains(recorder.Body.String(), "no endpoint")
			if isServed == (chartsOnly && needsCluster) {
				t.Errorf("chartsOnly %t: /v1/%s answered %s", chartsOnly, path, recorder.Body)
			}
		}
	}
}

func TestChartsOnlyExcludesWhatBelongsToAControlPlane(t *testing.T) {
	for arguments, accepted := range map[string]bool{
		"--charts-only":                     true,
		"--charts-only --lifeline=start":    true,
		"--charts-only --attach=x":          false,
		"--charts-only --simulation=x":      false,
		"--charts-only --real-node=x":       false,
		"--charts-only --delete-namespaces": false,
	} {
		options, err := parseServeOptions(append(strings.Fields(arguments), "--data-dir=x"))
		if (err == nil) != accepted {
			t.Errorf("%s: %v", arguments, err)
		}
		if accepted && !options.chartsOnly {
			t.Errorf("%s: not understood", arguments)
		}
	}
}
