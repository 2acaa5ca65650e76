package service

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart/v2/lint/support"

	"seatrial/engine/internal/helm/chart"
	"seatrial/engine/internal/helm/failure"
	"seatrial/engine/internal/helm/helm3"
	"seatrial/engine/internal/helm/isolate"
	"seatrial/engine/internal/helm/wire"
)

func lintJob(_ context.Context, request wire.LintRequest) (*isolate.Job, error) {
	if err := wire.CheckAbsolute("chart", request.Chart); err != nil {
		return nil, err
	}
	return &isolate.Job{Budget: isolate.RenderTimeout(request.RenderTimeout), Preview: &isolate.PreviewRequest{
		ChartFields: request.ChartFields, ReleaseName: "test-release", KubeVersion: request.KubeVersion,
	}}, nil
}

func (s *Service) lint(ctx context.Context, request wire.LintRequest) (*wire.LintResponse, error) {
	if err := wire.CheckAbsolute("chart", request.Chart); err != nil {
		return nil, err
	}
	isolate.Announce(ctx, isolate.EventChart)
	if err := chart.CheckLimits(request.Chart); err != nil {
		return nil, failure.LoadError(request.Chart, err)
	}
	path := request.Chart
	loaded, err := s.charts.Load(path)
	if _, unreadable := errors.AsType[*failure.FileError](err); unreadable || (err != nil && chart.CheckFiles(path) != nil) {
		return nil, err
	}
	response := &wire.LintResponse{Messages: []wire.LintMessage{}, Warnings: []wire.Warning{}}
	// Helm reports any other chart that cannot be loaded, from its files.
	if err == nil {
		response.Warnings = loaded.Warnings(nil, request.SkipSchemaValidation)
	}
	if err == nil && loaded.IsRewritten() {
		rewritten, err := s.charts.Rewrite(path)
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(rewritten)
		path = rewritten
	}
	charts := []string{path}
	if request.WithSubcharts {
		charts = append(charts, subcharts(path)...)
	}
	for _, linted := range charts {
		// Linting writes into the values, so each chart gets its own.
		isolate.Announce(ctx, isolate.EventValues)
		values, err := mergeValues(&request.ChartFields)
		if err != nil {
			return nil, err
		}
		isolate.Announce(ctx, isolate.EventLint)
		result, err := lintChart(&request, linted, values)
		if err != nil {
			return nil, err
		}
		if result.TotalChartsLinted == 0 {
			return nil, failure.LoadError(request.Chart, result.Errors[0])
		}
		response.Charts++
		if len(result.Errors) > 0 {
			response.Failed++
			if loaded != nil && loaded.IsIncomplete() {
				return nil, loaded.Incomplete(result.Errors[0])
			}
		}
		inside := strings.TrimPrefix(strings.TrimPrefix(linted, path), "/")
		for _, message := range result.Messages {
			response.Messages = append(response.Messages, toLintMessage(inside, message))
		}
	}
	return response, nil
}

func lintChart(request *wire.LintRequest, path string, values map[string]any) (*action.LintResult, error) {
	if request.Helm.IsThree() {
		return helm3.Lint(request, path, values)
	}
	kubeVersion, err := wire.ParseKubeVersion(request.KubeVersion)
	if err != nil {
		return nil, err
	}
	lint := action.NewLint()
	lint.Strict = request.Strict
	lint.Namespace = wire.NamespaceOr(request.Namespace)
	lint.SkipSchemaValidation = request.SkipSchemaValidation
	lint.KubeVersion = kubeVersion
	return lint.Run([]string{path}, values), nil
}

func toLintMessage(inside string, message support.Message) wire.LintMessage {
	severity := "info"
	switch message.Severity {
	case support.WarningSev:
		severity = "warning"
	case support.ErrorSev:
		severity = "error"
	}
	text := message.Err.Error()
	location := failure.TemplateLocation(text)
	path := message.Path
	if filepath.IsAbs(path) {
		// The rules for dependencies name the chart's directory, for a package a temporary one.
		path = "Chart.yaml"
	}
	return wire.LintMessage{
		Severity: severity,
		Path:     filepath.ToSlash(filepath.Join(inside, path)),
		Message:  text,
		File:     location.File,
		Line:     location.Line,
		Column:   location.Column,
	}
}

// subcharts returns the paths of the charts that "helm lint --with-subcharts" adds.
func subcharts(path string) []string {
	var found []string
	_ = filepath.WalkDir(filepath.Join(path, "charts"), func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
		case entry.Name() == "Chart.yaml":
			found = append(found, filepath.Dir(path))
		case strings.HasSuffix(path, ".tgz"), strings.HasSuffix(path, ".tar.gz"):
			found = append(found, path)
		}
		return nil
	})
	return found
}
