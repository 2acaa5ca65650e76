package helm3

import (
	"slices"

	"helm.sh/helm/v3/pkg/chartutil"
)

// SetDefaultCapabilities replaces what templates see that are rendered without asking a cluster.
func SetDefaultCapabilities(kubeVersion string, apiVersions []string) error {
	version, err := parseKubeVersion(kubeVersion)
	if err != nil {
		return err
	}
	defaults := chartutil.DefaultCapabilities.Copy()
	defaults.KubeVersion = *version
	defaults.APIVersions = slices.Clip(slices.Clone(apiVersions))
	chartutil.DefaultCapabilities = defaults
	return nil
}
