package helm

import (
	"context"

	"helm.sh/helm/v4/pkg/action"
)

type getValuesRequest struct {
	statusRequest
	// All adds the chart's own values to those the user gave.
	All bool `json:"all"`
}

type valuesResponse struct {
	Values map[string]any `json:"values"`
}

type manifestResponse struct {
	Manifest string `json:"manifest"`
}

type notesResponse struct {
	Notes string `json:"notes"`
}

func (s *Service) getValues(ctx context.Context, request getValuesRequest) (*valuesResponse, error) {
	if err := checkReleaseName(request.ReleaseName); err != nil {
		return nil, err
	}
	cfg, err := s.configuration(ctx, namespaceOr(request.Namespace))
	if err != nil {
		return nil, err
	}
	get := action.NewGetValues(cfg)
	get.Version = request.Revision
	get.AllValues = request.All
	values, err := get.Run(request.ReleaseName)
	if err != nil {
		return nil, s.actionError(ctx, err, failedAction{})
	}
	if values == nil {
		values = map[string]any{}
	}
	return &valuesResponse{Values: values}, nil
}

func (s *Service) getManifest(ctx context.Context, request statusRequest) (*manifestResponse, error) {
	rel, err := s.stored(ctx, request)
	if err != nil {
		return nil, err
	}
	return &manifestResponse{Manifest: rel.Manifest}, nil
}

func (s *Service) getNotes(ctx context.Context, request statusRequest) (*notesResponse, error) {
	rel, err := s.stored(ctx, request)
	if err != nil {
		return nil, err
	}
	return &notesResponse{Notes: rel.Info.Notes}, nil
}
