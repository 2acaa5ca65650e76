package service

import (
	"net/http"
	"sync"

	"seatrial/engine/internal/jsonhttp"
)

// serveStop answers and then calls stop, once.
func serveStop(stop func(reason string)) http.HandlerFunc {
	var once sync.Once
	return func(w http.ResponseWriter, r *http.Request) {
		var request struct{}
		if _, err := jsonhttp.Read(w, r, &request); err != nil {
			jsonhttp.WriteError(w, err)
			return
		}
		jsonhttp.Write(w, http.StatusAccepted, struct{}{})
		// The client must have its answer before the socket is removed.
		_ = http.NewResponseController(w).Flush()
		once.Do(func() { go stop("requested") })
	}
}
