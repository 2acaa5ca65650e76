package service

import (
	"context"

	"seatrial/engine/internal/helm/wire"
)

func (s *Service) giveUp(_ context.Context, request wire.GiveUpRequest) (*wire.GiveUpResponse, error) {
	if err := wire.CheckReleaseName(request.ReleaseName); err != nil {
		return nil, err
	}
	count := s.operations.GiveUp(wire.NamespaceOr(request.Namespace), request.ReleaseName)
	return &wire.GiveUpResponse{Operations: count}, nil
}
