package helm

import (
	"reflect"
	"testing"

	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
	status "helm.sh/helm/v4/pkg/release/common"
)

func TestAnUpgradeIsPreviewedWithTheValuesThatHelmWillReuse(t *testing.T) {
	last := releaseOf(3, status.StatusDeployed)
	last.Chart = &chartv2.Chart{Metadata: &chartv2.Metadata{Name: "web"}, Values: map[string]any{"fromChart": 1}}
	last.Config = map[string]any{"fromUser": 2}
	cfg := memoryConfiguration(t, last)
	own := valueFields{Set: []string{"a=b"}}
	for name, expected := range map[string]struct {
		request  upgradeRequest
		previous map[string]any
	}{
		"nothing given":           {upgradeRequest{}, map[string]any{"fromUser": 2}},
		"own values":              {upgradeRequest{deployFields: deployFields{chartFields: chartFields{valueFields: own}}}, nil},
		"reset":                   {upgradeRequest{ResetValues: true}, nil},
		"reuse":                   {upgradeRequest{ReuseValues: true}, map[string]any{"fromUser": 2, "fromChart": 1}},
		"reset, then reuse":       {upgradeRequest{ResetThenReuseValues: true}, map[string]any{"fromUser": 2}},
		"reset wins over reusing": {upgradeRequest{ResetValues: true, ReuseValues: true}, nil},
	} {
		var preview previewRequest
		expected.request.ReleaseName = "web"
		expected.request.preview(cfg, &preview)
		if preview.Revision != 4 || !preview.IsUpgrade || !reflect.DeepEqual(preview.Previous, expected.previous) {
			t.Errorf("%s: %+v", name, preview)
		}
	}
}
