package simulation

import (
	"context"
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
		refuse(w, &requestError{"there is no endpoint " + r.Method + " " + r.URL.Path})
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

// requestError is a request that is invalid, whatever the state of the cluster.
type requestError struct{ message string }

func (e *requestError) Error() string { return e.message }

// refusal has the form of the engine service's errors.
type refusal struct {
	Error struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
}

func answer[Request, Response any](verb func(context.Context, Request) (Response, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var request Request
		if _, err := jsonhttp.Read(w, r, &request); err != nil {
			refuse(w, &requestError{err.Error()})
			return
		}
		response, err := verb(r.Context(), request)
		if err != nil {
			refuse(w, err)
			return
		}
		jsonhttp.Write(w, http.StatusOK, response)
	}
}

func refuse(w http.ResponseWriter, err error) {
	var body refusal
	status := http.StatusInternalServerError
	body.Error.Code, body.Error.Message = "internal", err.Error()
	if _, wrong := err.(*requestError); wrong {
		status, body.Error.Code = http.StatusBadRequest, "request"
	}
	jsonhttp.Write(w, status, body)
}
