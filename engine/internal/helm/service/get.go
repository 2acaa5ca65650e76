package service

import (
	"context"

	"helm.sh/helm/v4/pkg/action"

	"seatrial/engine/internal/helm/failure"
	"seatrial/engine/internal/helm/wire"
)

func (s *Service) getValues(ctx context.Context, request wire.GetValuesRequest) (*wire.ValuesResponse, error) {
	if err := wire.CheckReleaseName(request.ReleaseName); err != nil {
		return nil, err
	}
	cfg, err := s.configuration(ctx, wire.NamespaceOr(request.Namespace))
	if err != nil {
		return nil, err
	}
	get := action.NewGetValues(cfg)
	get.Version = request.Revision
	get.AllValues = request.All
	values, err := get.Run(request.ReleaseName)
	if err != nil {
		return nil, s.actionError(ctx, err, failure.Action{})
	}
	if values == nil {
		values = map[string]any{}
	}
	return &wire.ValuesResponse{Values: values}, nil
}

func (s *Service) getManifest(ctx context.Context, request wire.StatusRequest) (*wire.ManifestResponse, error) {
	rel, err := s.stored(ctx, request)
	if err != nil {
		return nil, err
	}
	return &wire.ManifestResponse{Manifest: rel.Manifest}, nil
}

func (s *Service) getNotes(ctx context.Context, request wire.StatusRequest) (*wire.NotesResponse, error) {
	rel, err := s.stored(ctx, request)
	if err != nil {
		return nil, err
	}
	return &wire.NotesResponse{Notes: rel.Info.Notes}, nil
}
