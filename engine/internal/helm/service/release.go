package service

import (
	"time"

	release "helm.sh/helm/v4/pkg/release/v1"

	"seatrial/engine/internal/helm/wire"
)

func (s *Service) toRelease(from *release.Release) *wire.Release {
	if from == nil {
		return nil
	}
	to := &wire.Release{
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
		to.Chart = wire.ChartInfo{
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

func toHooks(from []*release.Hook) []wire.Hook {
	hooks := make([]wire.Hook, 0, len(from))
	for _, hook := range from {
		hooks = append(hooks, wire.Hook{
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
