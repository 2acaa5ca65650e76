package chart

import (
	"context"
	"errors"
	"fmt"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"

	"seatrial/engine/internal/helm/failure"
	"seatrial/engine/internal/helm/wire"
)

// Installable returns a chart that can become a release: of a kind that Helm installs, with all its
// dependencies.
func (s *Store) Installable(ctx context.Context, path string, dependencyUpdate bool) (*Loaded, error) {
	loaded, err := s.Load(path)
	if err != nil {
		return nil, err
	}
	accessor, err := chart.NewAccessor(loaded.Chart)
	if err != nil {
		return nil, failure.LoadError(path, err)
	}
	if _, ok := loaded.Chart.(*chartv2.Chart); !ok {
		return nil, failure.LoadError(path, errors.New("Helm 4.3 reads charts with apiVersion v3, but neither renders nor installs them"))
	}
	if accessor.IsLibraryChart() {
		return nil, failure.LoadError(path, errors.New("library charts are not installable"))
	}
	required := accessor.MetaDependencies()
	if len(required) == 0 {
		return loaded, nil
	}
	missing := action.CheckDependencies(loaded.Chart, required)
	if missing == nil {
		return loaded, nil
	}
	if !dependencyUpdate {
		return nil, loaded.Incomplete(missingDependencies(path, loaded.Chart, missing))
	}
	if _, err := s.UpdateDependencies(ctx, path); err != nil {
		return nil, err
	}
	return s.Load(path)
}

// missingDependencies names each missing dependency.
func missingDependencies(path string, charter chart.Charter, cause error) error {
	refused := &wire.Error{
		Code:    wire.CodeDependency,
		Message: fmt.Sprintf("the chart %s lacks dependencies: %v", path, cause),
	}
	if parent, ok := charter.(*chartv2.Chart); ok {
		refused.File = parent.Name() + "/Chart.yaml"
		present := map[string]bool{}
		for _, dependency := range parent.Dependencies() {
			present[dependency.Name()] = true
		}
		for _, dependency := range parent.Metadata.Dependencies {
			if !present[dependency.Name] {
				refused.Failures = append(refused.Failures, wire.Failure{
					Message: fmt.Sprintf("%s %s from %q is missing in charts/", dependency.Name, dependency.Version, dependency.Repository),
				})
			}
		}
	}
	return refused
}
