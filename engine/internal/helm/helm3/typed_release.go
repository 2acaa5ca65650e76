package helm3

import (
	"encoding/json"

	"helm.sh/helm/v3/pkg/release"
	releasev4 "helm.sh/helm/v4/pkg/release/v1"
)

// toHelm4 reads a release as Helm 4 reads it from the storage that both share. It returns nil for a
// nil release.
func toHelm4(from *release.Release) *releasev4.Release {
	if from == nil {
		return nil
	}
	body, err := json.Marshal(from)
	if err != nil {
		return nil
	}
	to := &releasev4.Release{}
	if err := json.Unmarshal(body, to); err != nil {
		return nil
	}
	to.Labels = from.Labels
	return to
}
