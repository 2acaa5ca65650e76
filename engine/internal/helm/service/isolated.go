package service

import (
	"context"
	"net/http"

	"seatrial/engine/internal/helm/isolate"
	"seatrial/engine/internal/jsonhttp"
)

// jobOf prepares a request in this process and describes it for a worker. It returns nil when this
// process has to handle the request.
type jobOf[Request any] func(ctx context.Context, request Request) (*isolate.Job, error)

// isolated lets a worker handle the verb, so that no chart can take more than its time and memory.
func isolated[Request, Response any](
	s *Service, job jobOf[Request], verb func(context.Context, Request) (Response, error),
) http.HandlerFunc {
	if s.workers == nil {
		return jsonhttp.Handle(verb)
	}
	return func(w http.ResponseWriter, r *http.Request) {
		var request Request
		body, err := jsonhttp.Read(w, r, &request)
		if err != nil {
			jsonhttp.WriteError(w, err)
			return
		}
		work, err := job(r.Context(), request)
		if err != nil {
			jsonhttp.WriteError(w, err)
			return
		}
		if work == nil {
			jsonhttp.Respond(w, r, request, verb)
			return
		}
		response, err := s.workers.Do(r.Context(), &isolate.Request{Path: r.URL.Path, Body: body}, work)
		if err != nil {
			jsonhttp.WriteError(w, err)
			return
		}
		jsonhttp.WriteBody(w, response.Status, response.Body)
	}
}
