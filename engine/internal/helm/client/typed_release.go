package client

import (
	releaser "helm.sh/helm/v4/pkg/release"
	release "helm.sh/helm/v4/pkg/release/v1"
)

// TypedRelease returns nil when there is no release: Helm's interface can contain a nil pointer.
func TypedRelease(from releaser.Releaser) *release.Release {
	switch rel := from.(type) {
	case *release.Release:
		return rel
	case release.Release:
		return &rel
	}
	return nil
}
