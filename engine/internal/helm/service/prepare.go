package service

import (
	"context"

	"seatrial/engine/internal/helm/chart"
	"seatrial/engine/internal/helm/isolate"
	"seatrial/engine/internal/helm/wire"
)

// prepare reads what Helm renders: the merged values and the request's own copy of a complete
// chart.
func (s *Service) prepare(
	ctx context.Context, fields *wire.ChartFields, dependencyUpdate bool,
) (map[string]any, *chart.Loaded, error) {
	isolate.Announce(ctx, isolate.EventValues)
	values, err := chart.MergeValues(&fields.ValueFields)
	if err != nil {
		return nil, nil, err
	}
	isolate.Announce(ctx, isolate.EventChart)
	loaded, err := s.charts.Installable(ctx, fields.Chart, dependencyUpdate)
	if err != nil {
		return nil, nil, err
	}
	return values, loaded, nil
}
