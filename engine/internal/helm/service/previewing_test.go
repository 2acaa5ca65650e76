package service

import (
	"reflect"
	"testing"

	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
	status "helm.sh/helm/v4/pkg/release/common"

	"seatrial/engine/internal/helm/helmtest"
	"seatrial/engine/internal/helm/isolate"
	"seatrial/engine/internal/helm/wire"
)

func TestAnUpgradeIsPreviewedWithTheValuesThatHelmWillReuse(t *testing.T) {
	last := helmtest.Release(3, status.StatusDeployed)
	last.Chart = &chartv2.Chart{Metadata: &chartv2.Metadata{Name: "web"}, Values: map[string]any{"fromChart": 1}}
	last.Config = map[string]any{"fromUser": 2}
	cfg := helmtest.Configuration(t, last)
	own := wire.ValueFields{Set: []string{"a=b"}}
	for name, expected := range map[string]struct {
		request  wire.UpgradeRequest
		previous map[string]any
	}{
		"nothing given":           {wire.UpgradeRequest{}, map[string]any{"fromUser": 2}},
		"own values":              {wire.UpgradeRequest{DeployFields: wire.DeployFields{ChartFields: wire.ChartFields{ValueFields: own}}}, nil},
		"reset":                   {wire.UpgradeRequest{ResetValues: true}, nil},
		"reuse":                   {wire.UpgradeRequest{ReuseValues: true}, map[string]any{"fromUser": 2, "fromChart": 1}},
		"reset, then reuse":       {wire.UpgradeRequest{ResetThenReuseValues: true}, map[string]any{"fromUser": 2}},
		"reset wins over reusing": {wire.UpgradeRequest{ResetValues: true, ReuseValues: true}, nil},
	} {
		var preview isolate.PreviewRequest
		expected.request.ReleaseName = "web"
		completePreview(&preview, &expected.request, cfg)
		if preview.Revision != 4 || !preview.IsUpgrade || !reflect.DeepEqual(preview.Previous, expected.previous) {
			t.Errorf("%s: %+v", name, preview)
		}
	}
}
