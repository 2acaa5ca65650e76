package simulation

import (
	"context"
	"net/http"

	"seatrial/engine/internal/jsonhttp"
	"seatrial/engine/internal/simulation/rules"
)

// Path is where the endpoints are.
const Path = "/v1/simulation"

type applyRequest struct {
	// Namespace is where the rules hold; everywhere when it is empty.
	Namespace string       `json:"namespace,omitempty"`
	Rules     []rules.Rule `json:"rules"`
}

type applyResponse struct {
	IDs []string `json:"ids"`
}

type removeRequest struct {
	IDs []string `json:"ids"`
}

type removeResponse struct {
	// Removed are the ids of the rules that were in force.
	Removed []string `json:"removed"`
}

type listResponse struct {
	Rules []rules.Applied `json:"rules"`
}

// Handler answers the endpoints below Path.
func (s *Simulation) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+Path+"/apply", answer(s.apply))
	mux.HandleFunc("POST "+Path+"/hold", s.serveHold)
	mux.HandleFunc("POST "+Path+"/remove", answer(s.remove))
	mux.HandleFunc("GET "+Path, func(w http.ResponseWriter, r *http.Request) {
		jsonhttp.Write(w, http.StatusOK, listResponse{Rules: s.rules.List(r.URL.Query().Get("namespace"))})
	})
	s.serveStages(mux)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, &requestError{"no endpoint " + r.Method + " " + r.URL.Path})
	})
	return mux
}

func (s *Simulation) apply(_ context.Context, request applyRequest) (applyResponse, error) {
	if len(request.Rules) == 0 {
		return applyResponse{}, &requestError{"rules is empty"}
	}
	if err := s.checkNodes(request.Rules); err != nil {
		return applyResponse{}, err
	}
	ids, err := s.rules.Apply(request.Namespace, request.Rules)
	if err != nil {
		return applyResponse{}, &requestError{err.Error()}
	}
	return applyResponse{IDs: ids}, nil
}

func (s *Simulation) remove(_ context.Context, request removeRequest) (removeResponse, error) {
	return removeResponse{Removed: s.rules.Remove(request.IDs)}, nil
}

// requestError is a request that cannot be done, whatever the cluster is like.
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
