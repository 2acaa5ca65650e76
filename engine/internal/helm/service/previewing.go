package service

import (
	"context"

	"seatrial/engine/internal/helm/isolate"
	"seatrial/engine/internal/helm/wire"
)

// updateAndPreview comes before a chart is rendered in the engine, with the cluster's capabilities
// and its objects. It previews nothing when a worker has rendered the same inputs before, as
// renderDigest claims.
func (s *Service) updateAndPreview(
	ctx context.Context, fields *wire.ChartFields, dependencyUpdate bool, renderDigest string, complete func(*isolate.PreviewRequest),
) error {
	if s.workers == nil {
		return nil
	}
	if err := s.updateFirst(ctx, fields, dependencyUpdate); err != nil {
		return err
	}
	preview := &isolate.PreviewRequest{ChartFields: *fields, Lookup: s.cluster.Connect() == nil, As: wire.IdentityOf(ctx)}
	preview.KubeVersion, preview.APIVersions = s.cluster.Capabilities()
	complete(preview)
	if s.isRendered(renderDigest, preview) {
		return nil
	}
	return s.workers.Preview(ctx, preview)
}

// isRendered reports whether a worker of this engine has rendered exactly these inputs to the end.
// The files of the chart and of the values are read again, so that a file that has changed since
// then is noticed.
func (s *Service) isRendered(renderDigest string, preview *isolate.PreviewRequest) bool {
	if _, known := s.rendered.Get(renderDigest); !known {
		return false
	}
	chartDigest, err := s.charts.Digest(preview.Chart)
	if err != nil {
		return false
	}
	present, err := preview.Digest(chartDigest)
	return err == nil && present == renderDigest
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
