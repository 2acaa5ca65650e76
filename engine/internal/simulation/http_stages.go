package simulation

import (
	"context"
	"errors"
	"net/http"

	"seatrial/engine/internal/jsonhttp"
	"seatrial/engine/internal/simulation/stages"
)

const stagesPath = Path + "/stages"

type applyStagesRequest struct {
	// Namespace is where the Stages hold; everywhere when it is empty.
	Namespace string          `json:"namespace,omitempty"`
	Stages    []stages.Source `json:"stages"`
}

type listStagesResponse struct {
	Stages []stages.Applied `json:"stages"`
}

func (s *Simulation) serveStages(mux *http.ServeMux) {
	mux.HandleFunc("POST "+stagesPath+"/apply", answer(s.applyStages))
	mux.HandleFunc("POST "+stagesPath+"/remove", answer(s.removeStages))
	mux.HandleFunc("GET "+stagesPath, func(w http.ResponseWriter, r *http.Request) {
		list := []stages.Applied{}
		if player := s.stages.Load(); player != nil {
			list = player.List(r.URL.Query().Get("namespace"))
		}
		jsonhttp.Write(w, http.StatusOK, listStagesResponse{Stages: list})
	})
}

func (s *Simulation) applyStages(ctx context.Context, request applyStagesRequest) (applyResponse, error) {
	if len(request.Stages) == 0 {
		return applyResponse{}, &requestError{"stages is empty"}
	}
	player := s.stages.Load()
	if player == nil {
		return applyResponse{}, errors.New("the simulation has not started yet")
	}
	ids, err := player.Apply(ctx, request.Namespace, request.Stages)
	if err != nil {
		return applyResponse{}, &requestError{err.Error()}
	}
	return applyResponse{IDs: ids}, nil
}

func (s *Simulation) removeStages(_ context.Context, request removeRequest) (removeResponse, error) {
	player := s.stages.Load()
	if player == nil {
		return removeResponse{Removed: []string{}}, nil
	}
	return removeResponse{Removed: player.Remove(request.IDs)}, nil
}
