package isolate

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seatrial/engine/internal/helm/wire"
)

func newTestWorkers(t *testing.T, env ...string) *Workers {
	t.Helper()
	pool := newTestPool(t, time.Minute)
	pool.config.Env = append(pool.config.Env, env...)
	return &Workers{pool: pool, logger: slog.New(slog.NewTextHandler(io.Discard, nil))}
}

func do(t *testing.T, workers *Workers, path, body string) (*Response, *wire.Error) {
	t.Helper()
	job := &Job{Budget: time.Minute, Preview: &PreviewRequest{ChartFields: wire.ChartFields{Chart: "/charts/web"}}}
	response, err := workers.Do(t.Context(), &Request{Path: path, Body: []byte(body)}, job)
	refused, _ := errors.AsType[*wire.Error](err)
	return response, refused
}

func TestAKilledWorkerIsReplacedOnceAndTheChartIsFinished(t *testing.T) {
	response, refused := do(t, newTestWorkers(t), "/die-once", filepath.Join(t.TempDir(), "died"))
	if refused != nil || response.Status != http.StatusOK || string(response.Body) != "finished" {
		t.Errorf("got %+v, %+v", response, refused)
	}
}

func TestAChartWhoseWorkersAreKilledCouldNotBeChecked(t *testing.T) {
	for _, path := range []string{"/die", "/panic"} {
		_, refused := do(t, newTestWorkers(t), path, "")
		if refused == nil || refused.Code != wire.CodeInternal || !strings.Contains(refused.Message, "its process ended twice") {
			t.Errorf("%s: got %+v", path, refused)
		}
	}
}

func TestOnlyTheLimitOfTheEngineIsTheChartsFault(t *testing.T) {
	_, refused := do(t, newTestWorkers(t), "/allocate", "")
	if refused == nil || refused.Code == wire.CodeInternal || !strings.Contains(refused.Message, "needs more than 1024 MiB") {
		t.Errorf("got %+v", refused)
	}
	_, refused = do(t, newTestWorkers(t, crampedChild+"=1"), "/allocate", "")
	if refused == nil || refused.Code != wire.CodeInternal || !strings.Contains(refused.Message, "ulimit -v") {
		t.Errorf("with less memory than a chart may use: got %+v", refused)
	}
}

func TestADeathIsReadFromTheRuntimeAndNotFromAChartsText(t *testing.T) {
	for stderr, isOverLimit := range map[string]bool{
		"fatal error: runtime: out of memory\n":                                                 true,
		"runtime: out of memory: cannot allocate 8192-byte block\nfatal error: out of memory\n": true,
		"runtime: goroutine stack exceeds 1000000000-byte limit\nfatal error: stack overflow\n": true,
		"runtime: failed to create new OS thread (have 5 already; errno=12)\n":                  true,
		"runtime: failed to create new OS thread (have 5 already; errno=11)\nfatal error: x\n":  false,
		"warning: the chart says out of memory\n":                                               false,
		"panic: runtime error: invalid memory address or nil pointer dereference\n":             false,
		"": false,
	} {
		if got := crashError(stderr, "exit status 2", "", true).OverLimit; got != isOverLimit {
			t.Errorf("%q: over its limit: %v", stderr, got)
		}
		if crashError(stderr, killedState, "", true).OverLimit {
			t.Errorf("%q: a killed process is over its limit", stderr)
		}
	}
}
