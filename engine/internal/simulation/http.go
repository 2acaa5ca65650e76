package simulation

import (
	"net/http"

	"seatrial/engine/internal/jsonhttp"
)

// Path is the path of the endpoints.
const Path = "/v1/simulation"

// Handler serves the endpoints below Path.
func (s *Simulation) Handler() http.Handler {
	mux := http.NewServeMux()
	s.serveRules(mux)
	s.serveStages(mux)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		jsonhttp.WriteError(w, &jsonhttp.RequestError{Message: "there is no endpoint " + r.Method + " " + r.URL.Path})
	})
	return mux
}

type applyResponse struct {
	IDs []string `json:"ids"`
}

type removeRequest struct {
	IDs []string `json:"ids"`
}

type removeResponse struct {
	// Removed are the ids that were in effect.
	Removed []string `json:"removed"`
}
