package service

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"seatrial/engine/internal/helm/helmtest"
)

// BenchmarkTemplate renders a chart that is already in memory, in this process
// and, as the engine does, in a worker. SEATRIAL_BENCH_CHART
// names another chart than the small built-in one.
func BenchmarkTemplate(b *testing.B) {
	chart := os.Getenv("SEATRIAL_BENCH_CHART")
	if chart == "" {
		chart = helmtest.WriteChart(b, helmtest.Files{"templates/hook.yaml": helmtest.HookTemplate})
	}
	b.Run("here", func(b *testing.B) { benchmarkTemplate(b, newTestService(b), chart) })
	b.Run("worker", func(b *testing.B) { benchmarkTemplate(b, newIsolatingService(b), chart) })
}

func benchmarkTemplate(b *testing.B, service *Service, chart string) {
	handler := handlerOf(service)
	body, err := json.Marshal(map[string]any{"chart": chart})
	if err != nil {
		b.Fatal(err)
	}
	if err := service.Warm(b.Context()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/v1/template", bytes.NewReader(body)))
		if recorder.Code != http.StatusOK {
			b.Fatal(recorder.Body.String())
		}
	}
}
