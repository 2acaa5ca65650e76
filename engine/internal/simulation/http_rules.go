package simulation

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"seatrial/engine/internal/jsonhttp"
	"seatrial/engine/internal/simulation/registry"
	"seatrial/engine/internal/simulation/rules"
)

type applyRulesRequest struct {
	registry.Target
	Rules []rules.Rule `json:"rules"`
}

type listRulesResponse struct {
	Rules []rules.Applied `json:"rules"`
}

func (s *Simulation) serveRules(mux *http.ServeMux) {
	mux.HandleFunc("POST "+Path+"/apply", jsonhttp.Handle(s.applyRules))
	mux.HandleFunc("POST "+Path+"/apply-while-connected", s.applyWhileConnected)
	mux.HandleFunc("POST "+Path+"/remove", jsonhttp.Handle(s.removeRules))
	mux.HandleFunc("GET "+Path, func(w http.ResponseWriter, r *http.Request) {
		jsonhttp.Write(w, http.StatusOK, listRulesResponse{Rules: s.rules.List(r.URL.Query().Get("namespace"))})
	})
}

func (s *Simulation) applyRules(_ context.Context, request applyRulesRequest) (applyResponse, error) {
	if len(request.Rules) == 0 {
		return applyResponse{}, &jsonhttp.RequestError{Message: "rules is empty"}
	}
	if err := s.checkNodesExist(request.Rules); err != nil {
		return applyResponse{}, err
	}
	ids, err := s.rules.Apply(request.Target, request.Rules)
	if err != nil {
		return applyResponse{}, &jsonhttp.RequestError{Message: err.Error()}
	}
	return applyResponse{IDs: ids}, nil
}

func (s *Simulation) removeRules(_ context.Context, request removeRequest) (removeResponse, error) {
	return removeResponse{Removed: s.rules.Remove(request.IDs)}, nil
}

// applyWhileConnected applies rules until the client hangs up: rules for nodes affect all namespaces, and
// must not outlive a test that was killed.
func (s *Simulation) applyWhileConnected(w http.ResponseWriter, r *http.Request) {
	var request applyRulesRequest
	if _, err := jsonhttp.Read(w, r, &request); err != nil {
		jsonhttp.WriteError(w, &jsonhttp.RequestError{Message: err.Error()})
		return
	}
	response, err := s.applyRules(r.Context(), request)
	if err != nil {
		jsonhttp.WriteError(w, err)
		return
	}
	defer s.rules.Remove(response.IDs)
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.WriteHeader(http.StatusOK)
	if json.NewEncoder(w).Encode(response) == nil && http.NewResponseController(w).Flush() == nil {
		<-r.Context().Done()
	}
}

func (s *Simulation) checkNodesExist(list []rules.Rule) error {
	for index, rule := range list {
		name := rule.Selector.Name
		if rule.Selector.Kind != rules.KindNode || name == "" || slices.Contains(s.nodes.Names(), name) {
			continue
		}
		names := slices.Sorted(slices.Values(s.nodes.Names()))
		return &jsonhttp.RequestError{Message: fmt.Sprintf("rules[%d]: there is no node %q: the nodes are %s", index, name, strings.Join(names, ", "))}
	}
	return nil
}
