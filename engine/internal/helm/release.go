package helm

import (
	"time"

	releaser "helm.sh/helm/v4/pkg/release"
	release "helm.sh/helm/v4/pkg/release/v1"
)

// Release is one revision of a release.
type Release struct {
	Name          string         `json:"name"`
	Namespace     string         `json:"namespace"`
	Revision      int            `json:"revision"`
	Status        string         `json:"status"`
	Description   string         `json:"description"`
	Chart         ChartInfo      `json:"chart"`
	FirstDeployed *time.Time     `json:"firstDeployed,omitempty"`
	LastDeployed  *time.Time     `json:"lastDeployed,omitempty"`
	Notes         string         `json:"notes"`
	Manifest      string         `json:"manifest"`
	Hooks         []Hook         `json:"hooks"`
	Config        map[string]any `json:"config"`
}

// ChartInfo identifies a chart. Digest is empty for a release that this engine did not make.
type ChartInfo struct {
	Name       string `json:"name"`
	Version    string `json:"version"`
	AppVersion string `json:"appVersion,omitempty"`
	Digest     string `json:"digest,omitempty"`
}

// Hook is a template that Helm runs at an event instead of keeping it in the release.
type Hook struct {
	Name           string   `json:"name"`
	Kind           string   `json:"kind"`
	Path           string   `json:"path"`
	Manifest       string   `json:"manifest"`
	Events         []string `json:"events"`
	Weight         int      `json:"weight"`
	DeletePolicies []string `json:"deletePolicies"`
}

// typedRelease returns nil when there is none: Helm's interface can hold a nil pointer.
func typedRelease(from releaser.Releaser) *release.Release {
	switch rel := from.(type) {
	case *release.Release:
		return rel
	case release.Release:
		return &rel
	}
	return nil
}

func (s *Service) toRelease(from *release.Release) *Release {
	if from == nil {
		return nil
	}
	to := &Release{
		Name:      from.Name,
		Namespace: from.Namespace,
		Revision:  from.Version,
		Manifest:  from.Manifest,
		Hooks:     toHooks(from.Hooks),
		Config:    from.Config,
	}
	if to.Config == nil {
		to.Config = map[string]any{}
	}
	if from.Info != nil {
		to.Status = string(from.Info.Status)
		to.Description = from.Info.Description
		to.Notes = from.Info.Notes
		to.FirstDeployed = timeOrNil(from.Info.FirstDeployed)
		to.LastDeployed = timeOrNil(from.Info.LastDeployed)
	}
	if from.Chart != nil && from.Chart.Metadata != nil {
		to.Chart = ChartInfo{
			Name:       from.Chart.Metadata.Name,
			Version:    from.Chart.Metadata.Version,
			AppVersion: from.Chart.Metadata.AppVersion,
			Digest:     s.digests.get(from.Namespace, from.Name, from.Version),
		}
	}
	return to
}

func timeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func toHooks(from []*release.Hook) []Hook {
	hooks := make([]Hook, 0, len(from))
	for _, hook := range from {
		hooks = append(hooks, Hook{
			Name:           hook.Name,
			Kind:           hook.Kind,
			Path:           hook.Path,
			Manifest:       hook.Manifest,
			Events:         texts(hook.Events),
			Weight:         hook.Weight,
			DeletePolicies: texts(hook.DeletePolicies),
		})
	}
	return hooks
}

func texts[T ~string](from []T) []string {
	to := make([]string, 0, len(from))
	for _, value := range from {
		to = append(to, string(value))
	}
	return to
}
