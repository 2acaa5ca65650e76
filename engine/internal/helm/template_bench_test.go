package helm

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
)

// BenchmarkTemplate renders a chart that is already in memory. SEATRIAL_BENCH_CHART
// names another chart than the small built-in one.
func BenchmarkTemplate(b *testing.B) {
	chart := os.Getenv("SEATRIAL_BENCH_CHART")
	if chart == "" {
		chart = writeChart(b, files{"templates/hook.yaml": hookTemplate})
	}
	service := newTestService(b)
	handler := service.Handler()
	body, err := json.Marshal(map[string]any{"chart": chart})
	if err != nil {
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
