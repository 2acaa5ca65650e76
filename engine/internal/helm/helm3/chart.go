package helm3

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/cli/values"
	"helm.sh/helm/v3/pkg/getter"

	charts "seatrial/engine/internal/helm/chart"
	"seatrial/engine/internal/helm/failure"
	"seatrial/engine/internal/helm/wire"
)

// Loaded is a chart that Helm 3 has parsed.
type Loaded struct {
	Chart *chart.Chart
	// Digest is "sha256:…" over the chart's files, as for Helm 4.
	Digest string
	files  *charts.Files
}

// Incomplete is that of the chart's files.
func (l *Loaded) Incomplete(failure error) error { return l.files.Incomplete(failure) }

// Installable returns a chart that can become a release: of a kind that Helm installs, with all its
// dependencies.
func Installable(ctx context.Context, store *charts.Store, path string, dependencyUpdate bool) (*Loaded, error) {
	if dependencyUpdate {
		if _, err := store.Installable(ctx, path, true); err != nil {
			return nil, err
		}
	}
	loaded, err := load(store, path)
	if err != nil {
		return nil, err
	}
	metadata := loaded.Chart.Metadata
	if strings.EqualFold(metadata.Type, "library") {
		return nil, failure.LoadError(path, errors.New("library charts are not installable"))
	}
	if missing := action.CheckDependencies(loaded.Chart, metadata.Dependencies); missing != nil {
		// Helm 4 names each of them.
		if _, err := store.Installable(ctx, path, false); err != nil {
			return nil, err
		}
		refused := &wire.Error{Code: wire.CodeDependency, Message: fmt.Sprintf("the chart %s lacks dependencies: %v", path, missing)}
		return nil, loaded.Incomplete(refused)
	}
	return loaded, nil
}

func load(store *charts.Store, path string) (*Loaded, error) {
	files, err := store.Files(path)
	if err != nil {
		return nil, err
	}
	buffered := make([]*loader.BufferedFile, 0, len(files.Buffered))
	for _, file := range files.Buffered {
		buffered = append(buffered, &loader.BufferedFile{Name: file.Name, Data: file.Data})
	}
	parsed, err := loader.LoadFiles(buffered)
	if err != nil {
		if _, invalid := errors.AsType[chart.ValidationError](err); invalid {
			err = &failure.FileError{File: "Chart.yaml", Err: err}
		}
		return nil, files.Incomplete(failure.LoadError(path, err))
	}
	weakenSchemas(parsed)
	return &Loaded{Chart: parsed, Digest: files.Digest, files: files}, nil
}

func weakenSchemas(parsed *chart.Chart) {
	parsed.Schema = charts.WeakenSchema(parsed.Schema)
	for _, dependency := range parsed.Dependencies() {
		weakenSchemas(dependency)
	}
}

// MergeValues merges the values as Helm 3 would for "helm -f … --set …".
func MergeValues(f *wire.ValueFields) (map[string]any, error) {
	return charts.MergeValuesWith(f, func() (map[string]any, error) {
		options := values.Options{
			ValueFiles:    f.ValueFiles,
			Values:        f.Set,
			StringValues:  f.SetString,
			JSONValues:    f.SetJSON,
			FileValues:    f.SetFile,
			LiteralValues: f.SetLiteral,
		}
		return options.MergeValues(getter.Providers{})
	})
}

// Renumber gives the chart, which is read anew for each request, another version; empty texts change nothing.
func (l *Loaded) Renumber(version, appVersion string) {
	if version != "" {
		l.Chart.Metadata.Version = version
	}
	if appVersion != "" {
		l.Chart.Metadata.AppVersion = appVersion
	}
}
