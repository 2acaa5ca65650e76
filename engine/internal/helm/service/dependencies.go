package service

import (
	"context"

	"seatrial/engine/internal/helm/isolate"
	"seatrial/engine/internal/helm/wire"
)

func dependencyListJob(_ context.Context, request wire.DependencyListRequest) (*isolate.Job, error) {
	if err := wire.CheckAbsolute("chart", request.Chart); err != nil {
		return nil, err
	}
	preview := &isolate.PreviewRequest{ChartFields: wire.ChartFields{Chart: request.Chart}}
	return &isolate.Job{Budget: isolate.DefaultRenderTimeout, Preview: preview}, nil
}

func (s *Service) dependencyList(
	ctx context.Context, request wire.DependencyListRequest,
) (*wire.DependencyListResponse, error) {
	isolate.Announce(ctx, isolate.EventChart)
	dependencies, err := s.charts.ListDependencies(request.Chart)
	if err != nil {
		return nil, err
	}
	return &wire.DependencyListResponse{Dependencies: dependencies}, nil
}

func (s *Service) dependencyBuild(
	ctx context.Context, request wire.DependencyBuildRequest,
) (*wire.DependencyBuildResponse, error) {
	if err := wire.CheckAbsolute("chart", request.Chart); err != nil {
		return nil, err
	}
	// Helm reads the chart in this process.
	preview := &isolate.PreviewRequest{ChartFields: wire.ChartFields{Chart: request.Chart}}
	if err := s.workers.Preview(ctx, preview); err != nil {
		return nil, err
	}
	output, err := s.charts.BuildDependencies(ctx, request.Chart, request.SkipRefresh)
	if err != nil {
		return nil, err
	}
	return &wire.DependencyBuildResponse{Output: output}, nil
}
