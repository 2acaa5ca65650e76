package isolate

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"seatrial/engine/internal/helm/chart"
	"seatrial/engine/internal/helm/wire"
)

// renderInputs is everything that decides what a chart renders, and in which way it can fail to
// end.
type renderInputs struct {
	Chart, Values, ReleaseName, Namespace, KubeVersion string
	APIVersions                                        []string
	Helm                                               wire.HelmField
	Revision                                           int
	IsUpgrade, Lookup, SkipSchemaValidation            bool
	Previous                                           map[string]any
	As                                                 *wire.Identity
}

// Digest identifies the inputs of the rendering. The digest of the chart is that of its files.
func (r *PreviewRequest) Digest(chartDigest string) (string, error) {
	values, err := chart.ValuesDigest(&r.ValueFields)
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(renderInputs{
		Chart: chartDigest, Values: values, ReleaseName: r.ReleaseName, Namespace: wire.NamespaceOr(r.Namespace),
		Helm: r.Helm, KubeVersion: r.KubeVersion, APIVersions: slices.Sorted(slices.Values(r.APIVersions)), Revision: max(r.Revision, 1),
		IsUpgrade: r.IsUpgrade, Lookup: r.Lookup, SkipSchemaValidation: r.SkipSchemaValidation, Previous: r.Previous,
		As: r.As,
	})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(body)
	return "sha256:" + hex.EncodeToString(sum[:]), nil
}
