package chart

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"helm.sh/helm/v4/pkg/chart"
	"helm.sh/helm/v4/pkg/downloader"

	"seatrial/engine/internal/helm/failure"
	"seatrial/engine/internal/helm/wire"
)

// BuildDependencies writes charts/ from Chart.lock and returns what Helm printed.
func (s *Store) BuildDependencies(ctx context.Context, path string, skipRefresh bool) (string, error) {
	return s.manageDependencies(ctx, path, skipRefresh, (*downloader.Manager).Build)
}

// UpdateDependencies writes charts/ and Chart.lock from Chart.yaml and returns what Helm printed.
func (s *Store) UpdateDependencies(ctx context.Context, path string) (string, error) {
	return s.manageDependencies(ctx, path, false, (*downloader.Manager).Update)
}

// manageDependencies serves one request at a time: Helm's temporary directory is named after the
// process, and index files are shared.
func (s *Store) manageDependencies(
	ctx context.Context, path string, skipRefresh bool, manage func(*downloader.Manager) error,
) (string, error) {
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		return "", &wire.Error{Code: wire.CodeLoad, Message: fmt.Sprintf("the dependencies of %s cannot be built: it is not a chart directory", path)}
	}
	if err := CheckFiles(path); err != nil {
		return "", failure.LoadError(path, err)
	}
	select {
	case s.building <- struct{}{}:
		defer func() { <-s.building }()
	case <-ctx.Done():
		return "", &wire.Error{Code: wire.CodeCancelled, Message: fmt.Sprintf("building the dependencies of %s was cancelled: %v", path, ctx.Err())}
	}
	var output bytes.Buffer
	registryClient, err := s.directories.registry(io.Discard)
	if err != nil {
		return "", err
	}
	settings := s.directories.Settings
	// The output is part of the error: only there Helm says why a repository failed.
	err = manage(&downloader.Manager{
		Out:              &output,
		ChartPath:        path,
		SkipUpdate:       skipRefresh,
		Getters:          s.directories.getters(),
		RegistryClient:   registryClient,
		RepositoryConfig: settings.RepositoryConfig,
		RepositoryCache:  settings.RepositoryCache,
		ContentCache:     settings.ContentCache,
	})
	if err != nil {
		return "", &wire.Error{
			Code:    wire.CodeDependency,
			Message: failure.Bounded(strings.TrimSpace(fmt.Sprintf("the dependencies of %s could not be built: %v\n%s", path, err, output.String()))),
			File:    s.chartFile(path),
		}
	}
	return output.String(), nil
}

// chartFile is the file that names the dependencies, if the chart can be read.
func (s *Store) chartFile(path string) string {
	loaded, err := s.cache.load(path)
	if err != nil {
		return ""
	}
	accessor, err := chart.NewAccessor(loaded.Chart)
	if err != nil {
		return ""
	}
	return accessor.Name() + "/Chart.yaml"
}
