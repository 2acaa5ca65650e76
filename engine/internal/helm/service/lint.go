package service

import (
	"context"
	"io/fs"
	"path/filepath"
	"strings"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart/v2/lint/support"

	"seatrial/engine/internal/helm/chart"
	"seatrial/engine/internal/helm/failure"
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
	if err := chart.CheckFiles(request.Chart); err != nil {
		return nil, failure.LoadError(request.Chart, err)
	}
	// Helm reports a chart that cannot be loaded.
	if loaded, err := s.charts.Load(request.Chart); err == nil && !request.SkipSchemaValidation {
		if err := chart.CheckSchemas(loaded.Chart); err != nil {
			return nil, err
		}
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

	response := &wire.LintResponse{Messages: []wire.LintMessage{}}
	charts := []string{request.Chart}
	if request.WithSubcharts {
		charts = append(charts, subcharts(request.Chart)...)
	}
	for _, path := range charts {
		// Linting writes into the values, so each chart gets its own.
		isolate.Announce(ctx, isolate.EventValues)
		values, err := chart.MergeValues(&request.ValueFields)
		if err != nil {
			return nil, err
		}
		isolate.Announce(ctx, isolate.EventLint)
		result := lint.Run([]string{path}, values)
		if result.TotalChartsLinted == 0 {
			return nil, failure.LoadError(path, result.Errors[0])
		}
		response.Charts++
		if len(result.Errors) > 0 {
			response.Failed++
		}
		inside := strings.TrimPrefix(strings.TrimPrefix(path, request.Chart), "/")
		for _, message := range result.Messages {
			response.Messages = append(response.Messages, toLintMessage(inside, message))
		}
	}
	return response, nil
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
