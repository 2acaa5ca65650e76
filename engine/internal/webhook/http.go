package webhook

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"seatrial/engine/internal/jsonhttp"
)

const (
	scopeRelease = "release"
	scopeCluster = "cluster"
)

// simulateRequest defines how webhooks are answered while its connection is open.
type simulateRequest struct {
	// Namespace is the namespace of the release, whose webhooks and objects are affected.
	Namespace string `json:"namespace"`
	// Name is the name of a webhook, of a configuration, or of a CustomResourceDefinition with a
	// conversion webhook; empty for all webhooks of the release.
	Name string `json:"name"`
	// Namespaces are other namespaces whose objects are affected.
	Namespaces []string `json:"namespaces"`
	// Scope is "release", or "cluster" for the objects of all namespaces.
	Scope string `json:"scope"`
	// Deny is the message with which objects are denied.
	Deny string `json:"deny"`
	// Handle sends the reviews over the connection. The client responds with POST /v1/webhook/answer.
	Handle bool `json:"handle"`
	// Convert does the same with conversion reviews.
	Convert bool `json:"convert"`
}

// simulateStarted is the first line of the response.
type simulateStarted struct {
	ID uint64 `json:"id"`
	// Since is the sequence number of the last review before.
	Since uint64 `json:"since"`
}

// undoRequest ends a behaviour before its connection ends.
type undoRequest struct {
	ID uint64 `json:"id"`
}

// answerRequest is a handler's response to one review, or its error.
type answerRequest struct {
	ID       uint64          `json:"id"`
	Response json.RawMessage `json:"response"`
	Error    string          `json:"error"`
}

// reviewsRequest selects recorded reviews.
type reviewsRequest struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	// Since excludes the review with this sequence number and all earlier ones.
	Since uint64 `json:"since"`
}

type reviewsResponse struct {
	Reviews []*review `json:"reviews"`
}

// Handler serves the endpoints below /v1/webhook/.
func (s *Simulator) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/webhook/simulate", s.serveSimulate)
	mux.HandleFunc("POST /v1/webhook/undo", s.serveUndo)
	mux.HandleFunc("POST /v1/webhook/answer", s.serveAnswer)
	mux.HandleFunc("POST /v1/webhook/reviews", s.serveReviews)
	return mux
}

func (s *Simulator) serveSimulate(w http.ResponseWriter, r *http.Request) {
	var request simulateRequest
	if !decode(w, r, &request) {
		return
	}
	if request.Scope == "" {
		request.Scope = scopeRelease
	}
	switch {
	case request.Namespace == "":
		refuse(w, errors.New("namespace is missing: it must be the namespace of the release"))
		return
	case request.Scope != scopeRelease && request.Scope != scopeCluster:
		refuse(w, fmt.Errorf("scope must be %q or %q: it is %q", scopeRelease, scopeCluster, request.Scope))
		return
	case request.Deny != "" && (request.Handle || request.Convert):
		refuse(w, errors.New("deny cannot be combined with handle or convert"))
		return
	}
	wanted := s.behaviours.add(request)
	defer s.behaviours.remove(wanted.id)
	if err := s.waitUntilObserved(r.Context()); err != nil {
		jsonhttp.WriteError(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.WriteHeader(http.StatusOK)
	send := func(line any) bool {
		return json.NewEncoder(w).Encode(line) == nil && http.NewResponseController(w).Flush() == nil
	}
	if !send(simulateStarted{ID: wanted.id, Since: s.reviews.last()}) {
		return
	}
	for {
		select {
		case call := <-wanted.calls:
			if !send(call) {
				return
			}
		case <-wanted.done:
			return
		case <-r.Context().Done():
			return
		}
	}
}

func (s *Simulator) serveUndo(w http.ResponseWriter, r *http.Request) {
	var request undoRequest
	if decode(w, r, &request) {
		s.behaviours.remove(request.ID)
		jsonhttp.Write(w, http.StatusOK, struct{}{})
	}
}

func (s *Simulator) serveAnswer(w http.ResponseWriter, r *http.Request) {
	var request answerRequest
	if decode(w, r, &request) {
		jsonhttp.Write(w, http.StatusOK, map[string]bool{"taken": s.behaviours.take(request)})
	}
}

func (s *Simulator) serveReviews(w http.ResponseWriter, r *http.Request) {
	var request reviewsRequest
	if !decode(w, r, &request) {
		return
	}
	if request.Namespace == "" {
		refuse(w, errors.New("namespace is missing: it must be the namespace of a release"))
		return
	}
	jsonhttp.Write(w, http.StatusOK, reviewsResponse{Reviews: s.reviews.find(request)})
}

// decode answers and returns false when the request is not what its endpoint expects.
func decode(w http.ResponseWriter, r *http.Request, into any) bool {
	_, err := jsonhttp.Read(w, r, into)
	if err != nil {
		jsonhttp.WriteError(w, err)
	}
	return err == nil
}

func refuse(w http.ResponseWriter, err error) {
	jsonhttp.WriteError(w, &jsonhttp.RequestError{Message: err.Error()})
}
