package service

import (
	"context"

	"seatrial/engine/internal/helm/isolate"
	"seatrial/engine/internal/helm/wire"
)

// updateAndPreview comes before a chart is rendered in the engine, with the cluster's capabilities and its objects.
func (s *Service) updateAndPreview(
	ctx context.Context, fields *wire.ChartFields, dependencyUpdate bool, complete func(*isolate.PreviewRequest),
) error {
	if s.workers == nil {
		return nil
	}
	if err := s.updateFirst(ctx, fields, dependencyUpdate); err != nil {
		return err
	}
	preview := &isolate.PreviewRequest{ChartFields: *fields, Lookup: s.cluster.Connect() == nil}
	preview.KubeVersion, preview.APIVersions = s.cluster.Capabilities()
	complete(preview)
	return s.workers.Preview(ctx, preview)
}

// updateFirst downloads dependencies before the time limit of a worker starts.
func (s *Service) updateFirst(ctx context.Context, fields *wire.ChartFields, dependencyUpdate bool) error {
	if !dependencyUpdate {
		return nil
	}
	if err := s.workers.Preview(ctx, &isolate.PreviewRequest{ChartFields: *fields}); err != nil {
		return err
	}
	_, err := s.charts.Installable(ctx, fields.Chart, true)
	return err
}
