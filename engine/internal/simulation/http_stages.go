package simulation

import (
	"context"
	"net/http"

	"seatrial/engine/internal/jsonhttp"
	"seatrial/engine/internal/simulation/registry"
	"seatrial/engine/internal/simulation/stages"
)

const stagesPath = Path + "/stages"

type applyStagesRequest struct {
	registry.Target
	Stages []stages.Source `json:"stages"`
}

type listStagesResponse struct {
	Stages []stages.Applied `json:"stages"`
}

func (s *Simulation) serveStages(mux *http.ServeMux) {
	mux.HandleFunc("POST "+stagesPath+"/apply", jsonhttp.Handle(s.applyStages))
	mux.HandleFunc("POST "+stagesPath+"/remove", jsonhttp.Handle(s.removeStages))
	mux.HandleFunc("GET "+stagesPath, func(w http.ResponseWriter, r *http.Request) {
		jsonhttp.Write(w, http.StatusOK, listStagesResponse{Stages: s.stages.List(r.URL.Query().Get("namespace"))})
	})
}

func (s *Simulation) applyStages(ctx context.Context, request applyStagesRequest) (applyResponse, error) {
	if len(request.Stages) == 0 {
		return applyResponse{}, &jsonhttp.RequestError{Message: "stages is empty"}
	}
	ids, err := s.stages.Apply(ctx, request.Target, request.Stages)
	if err != nil {
		return applyResponse{}, &jsonhttp.RequestError{Message: err.Error()}
	}
	return applyResponse{IDs: ids}, nil
}

func (s *Simulation) removeStages(_ context.Context, request removeRequest) (removeResponse, error) {
	return removeResponse{Removed: s.stages.Remove(request.IDs)}, nil
}
