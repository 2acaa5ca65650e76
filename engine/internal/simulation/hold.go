package simulation

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"seatrial/engine/internal/jsonhttp"
	"seatrial/engine/internal/simulation/rules"
)

// serveHold puts rules in force as /apply does, until whoever has asked for them hangs up: what concerns nodes concerns everybody, and
// must not outlive a test that was killed.
func (s *Simulation) serveHold(w http.ResponseWriter, r *http.Request) {
	var request applyRequest
	if _, err := jsonhttp.Read(w, r, &request); err != nil {
		refuse(w, &requestError{err.Error()})
		return
	}
	response, err := s.apply(r.Context(), request)
	if err != nil {
		refuse(w, err)
		return
	}
	defer s.rules.Remove(response.IDs)
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.WriteHeader(http.StatusOK)
	if json.NewEncoder(w).Encode(response) == nil && http.NewResponseController(w).Flush() == nil {
		<-r.Context().Done()
	}
}

// checkNodes refuses a rule for a node that does not exist.
func (s *Simulation) checkNodes(list []rules.Rule) error {
	started := s.nodes.Load()
	if started == nil {
		return nil
	}
	for index, rule := range list {
		name := rule.Selector.Name
		if rule.Selector.Kind != rules.KindNode || name == "" || slices.Contains(started.Names(), name) {
			continue
		}
		names := slices.Sorted(slices.Values(started.Names()))
		return &requestError{fmt.Sprintf("rules[%d]: there is no node %q: the nodes are %s", index, name, strings.Join(names, ", "))}
	}
	return nil
}
