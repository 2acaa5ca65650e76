package helm

import (
	"context"
	"errors"
	"fmt"
	"os"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
)

// loadChart returns the request's own copy of a chart.
func (s *Service) loadChart(path string) (*loadedChart, error) {
	if err := checkAbsolute("chart", path); err != nil {
		return nil, err
	}
	loaded, err := s.charts.load(path)
	if err == nil {
		return loaded, nil
	}
	if errors.Is(err, os.ErrNotExist) {
		if _, missing := os.Stat(path); missing != nil {
			return nil, &Error{Code: CodeLoad, Message: fmt.Sprintf("there is no chart at %s", path)}
		}
	}
	return nil, loadError(path, err)
}

// installable returns a chart that can become a release: of a kind Helm
// installs, with all its dependencies there.
func (s *Service) installable(ctx context.Context, path string, dependencyUpdate bool) (*loadedChart, error) {
	loaded, err := s.loadChart(path)
	if err != nil {
		return nil, err
	}
	accessor, err := chart.NewAccessor(loaded.chart)
	if err != nil {
		return nil, loadError(path, err)
	}
	if _, ok := loaded.chart.(*chartv2.Chart); !ok {
		return nil, loadError(path, errors.New("Helm 4.3 reads charts with apiVersion v3, but neither templates nor installs them"))
	}
	if accessor.IsLibraryChart() {
		return nil, loadError(path, errors.New("library charts are not installable"))
	}
	required := accessor.MetaDependencies()
	if len(required) == 0 {
		return loaded, nil
	}
	missing := action.CheckDependencies(loaded.chart, required)
	if missing == nil {
		return loaded, nil
	}
	if !dependencyUpdate {
		return nil, missingDependencies(path, loaded.chart, missing)
	}
	if _, err := s.updateDependencies(ctx, path); err != nil {
		return nil, err
	}
	return s.loadChart(path)
}

// missingDependencies names each of them.
func missingDependencies(path string, charter chart.Charter, cause error) error {
	failure := &Error{
		Code:    CodeDependency,
		Message: fmt.Sprintf("the chart %s lacks dependencies: %v", path, cause),
	}
	if parent, ok := charter.(*chartv2.Chart); ok {
		failure.File = parent.Name() + "/Chart.yaml"
		present := map[string]bool{}
		for _, dependency := range parent.Dependencies() {
			present[dependency.Name()] = true
		}
		for _, dependency := range parent.Metadata.Dependencies {
			if !present[dependency.Name] {
				failure.Failures = append(failure.Failures, Failure{
					Message: fmt.Sprintf("%s %s from %q is missing in charts/", dependency.Name, dependency.Version, dependency.Repository),
				})
			}
		}
	}
	return failure
}
