package helm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/downloader"

	"seatrial/engine/internal/helm/worker"
)

type dependencyListRequest struct {
	Chart string `json:"chart"`
}

type dependencyListResponse struct {
	Dependencies []dependency `json:"dependencies"`
}

type dependency struct {
	Name       string `json:"name"`
	Version    string `json:"version"`
	Repository string `json:"repository"`
	// Status is Helm's: ok, unpacked, missing, wrong version, …
	Status string `json:"status"`
}

type dependencyBuildRequest struct {
	Chart       string `json:"chart"`
	SkipRefresh bool   `json:"skipRefresh"`
}

type dependencyBuildResponse struct {
	Output string `json:"output"`
}

func (r dependencyListRequest) isolate(_ context.Context, _ *Service) (bool, error) {
	return true, checkAbsolute("chart", r.Chart)
}

func (r dependencyListRequest) guard() *guarded {
	return &guarded{budget: defaultRenderTimeout, preview: &previewRequest{chartFields: chartFields{Chart: r.Chart}}}
}

func (s *Service) dependencyList(ctx context.Context, request dependencyListRequest) (*dependencyListResponse, error) {
	worker.Announce(ctx, eventChart)
	loaded, err := s.loadChart(request.Chart)
	if err != nil {
		return nil, err
	}
	response := &dependencyListResponse{Dependencies: []dependency{}}
	parent, ok := loaded.chart.(*chartv2.Chart)
	if !ok {
		return nil, loadError(request.Chart, errors.New("Helm does not list the dependencies of charts with apiVersion v3"))
	}
	// Helm keeps its status to itself and prints it: the last column of its table.
	var table bytes.Buffer
	list := action.NewDependency()
	list.ColumnWidth = 1 << 16
	if err := list.List(request.Chart, &table); err != nil {
		return nil, loadError(request.Chart, err)
	}
	rows := strings.Split(table.String(), "\n")
	if len(rows) <= len(parent.Metadata.Dependencies) {
		return nil, &Error{Code: CodeInternal, Message: "Helm's table of dependencies is not understood: " + table.String()}
	}
	for i, entry := range parent.Metadata.Dependencies {
		columns := strings.Split(rows[i+1], "\t")
		response.Dependencies = append(response.Dependencies, dependency{
			Name:       entry.Name,
			Version:    entry.Version,
			Repository: entry.Repository,
			Status:     strings.TrimSpace(columns[len(columns)-1]),
		})
	}
	return response, nil
}

func (s *Service) dependencyBuild(ctx context.Context, request dependencyBuildRequest) (*dependencyBuildResponse, error) {
	if err := checkAbsolute("chart", request.Chart); err != nil {
		return nil, err
	}
	// Helm reads the chart in this process.
	if err := s.previewInWorker(ctx, &chartFields{Chart: request.Chart}, nil); err != nil {
		return nil, err
	}
	output, err := s.manageDependencies(ctx, request.Chart, request.SkipRefresh, (*downloader.Manager).Build)
	if err != nil {
		return nil, err
	}
	return &dependencyBuildResponse{Output: output}, nil
}

func (s *Service) updateDependencies(ctx context.Context, path string) (string, error) {
	return s.manageDependencies(ctx, path, false, (*downloader.Manager).Update)
}

// manageDependencies writes charts/ and Chart.lock, one request at a time: Helm's
// temporary folder is named after the process, and index files are shared.
func (s *Service) manageDependencies(ctx context.Context, path string, skipRefresh bool, manage func(*downloader.Manager) error) (string, error) {
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		return "", &Error{Code: CodeLoad, Message: fmt.Sprintf("only a chart folder can have its dependencies built: %s is none", path)}
	}
	release, err := s.builds.acquire(ctx, "dependencies", false)
	if err != nil {
		return "", &Error{Code: CodeCancelled, Message: fmt.Sprintf("building the dependencies of %s was cancelled: %v", path, err)}
	}
	defer release()
	var output bytes.Buffer
	registryClient, err := s.homes.registry(io.Discard)
	if err != nil {
		return "", err
	}
	settings := s.homes.settings
	// The output is part of the error: only there does Helm say why a repository failed.
	err = manage(&downloader.Manager{
		Out:              &output,
		ChartPath:        path,
		SkipUpdate:       skipRefresh,
		Getters:          s.homes.getters(),
		RegistryClient:   registryClient,
		RepositoryConfig: settings.RepositoryConfig,
		RepositoryCache:  settings.RepositoryCache,
		ContentCache:     settings.ContentCache,
	})
	if err != nil {
		return "", &Error{
			Code:    CodeDependency,
			Message: bounded(strings.TrimSpace(fmt.Sprintf("the dependencies of %s could not be built: %v\n%s", path, err, output.String()))),
			File:    chartFile(s, path),
		}
	}
	return output.String(), nil
}

// chartFile is the place where a chart's dependencies are named, if the chart can be read.
func chartFile(s *Service, path string) string {
	loaded, err := s.charts.load(path)
	if err != nil {
		return ""
	}
	accessor, err := chart.NewAccessor(loaded.chart)
	if err != nil {
		return ""
	}
	return accessor.Name() + "/Chart.yaml"
}
