package service

import (
	"net/http"
	"runtime"
	"runtime/metrics"
	"time"

	"seatrial/engine/internal/jsonhttp"
	"seatrial/engine/internal/protocol"
)

// info describes this engine to a later process that finds its socket.
type info struct {
	protocol.Hello
	// Helm3 is the version of Helm 3, next to that of Helm 4 in Hello.
	Helm3        string    `json:"helm3"`
	Server       string    `json:"server"`
	Kubeconfig   string    `json:"kubeconfig"`
	EngineSocket string    `json:"engineSocket"`
	StartedAt    time.Time `json:"startedAt"`
	// Goroutines and HeapBytes grow in a process that leaks.
	Goroutines int    `json:"goroutines"`
	HeapBytes  uint64 `json:"heapBytes"`
}

// serveInfo answers with the engine's facts and its present size.
func serveInfo(about info) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		now := about
		now.Goroutines, now.HeapBytes = runtime.NumGoroutine(), heapBytes()
		jsonhttp.Write(w, http.StatusOK, now)
	}
}

// heapBytes is the size of all objects on the heap, including those that the next collection will
// free.
func heapBytes() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
