package helm

import (
	"context"
	"io/fs"
	"path/filepath"
	"strings"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart/v2/lint/support"

	"seatrial/engine/internal/helm/worker"
)

type lintRequest struct {
	chartFields
	Strict        bool   `json:"strict"`
	KubeVersion   string `json:"kubeVersion"`
	WithSubcharts bool   `json:"withSubcharts"`
}

type lintResponse struct {
	Messages []lintMessage `json:"messages"`
	// Charts is how many charts were linted, Failed how many of them have an
	// error, or with strict a warning.
	Charts int `json:"charts"`
	Failed int `json:"failed"`
}

type lintMessage struct {
	Severity string `json:"severity"`
	// Path is the file or folder the rule looked at, from the chart's root.
	Path    string `json:"path"`
	Message string `json:"message"`
	// File, Line and Column are the place in a template that the message tells of.
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

// isolate checks only what the caller can have got wrong.
func (r lintRequest) isolate(_ context.Context, _ *Service) (bool, error) {
	return true, checkAbsolute("chart", r.Chart)
}

func (r lintRequest) guard() *guarded {
	return &guarded{budget: r.RenderTimeout.renderValue(), preview: &previewRequest{
		chartFields: r.chartFields, ReleaseName: "test-release", KubeVersion: r.KubeVersion,
	}}
}

func (s *Service) lint(ctx context.Context, request lintRequest) (*lintResponse, error) {
	if err := checkAbsolute("chart", request.Chart); err != nil {
		return nil, err
	}
	worker.Announce(ctx, eventChart)
	if err := checkPlace(request.Chart); err != nil {
		return nil, loadError(request.Chart, err)
	}
	// A chart that cannot be loaded is for Helm to tell about.
	if loaded, err := s.charts.load(request.Chart); err == nil {
		if err := request.checkSchemas(loaded.chart); err != nil {
			return nil, err
		}
	}
	kubeVersion, err := parseKubeVersion(request.KubeVersion)
	if err != nil {
		return nil, err
	}
	lint := action.NewLint()
	lint.Strict = request.Strict
	lint.Namespace = namespaceOr(request.Namespace)
	lint.SkipSchemaValidation = request.SkipSchemaValidation
	lint.KubeVersion = kubeVersion

	response := &lintResponse{Messages: []lintMessage{}}
	charts := []string{request.Chart}
	if request.WithSubcharts {
		charts = append(charts, subcharts(request.Chart)...)
	}
	for _, path := range charts {
		// Linting writes into the values, so each chart gets its own.
		worker.Announce(ctx, eventValues)
		values, err := request.merge()
		if err != nil {
			return nil, err
		}
		worker.Announce(ctx, eventLint)
		result := lint.Run([]string{path}, values)
		if result.TotalChartsLinted == 0 {
			return nil, loadError(path, result.Errors[0])
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

func toLintMessage(inside string, message support.Message) lintMessage {
	severity := "info"
	switch message.Severity {
	case support.WarningSev:
		severity = "warning"
	case support.ErrorSev:
		severity = "error"
	}
	text := message.Err.Error()
	place := templatePlace(text)
	path := message.Path
	if filepath.IsAbs(path) {
		// The rules for dependencies name the chart's folder, for a package a temporary one.
		path = "Chart.yaml"
	}
	return lintMessage{
		Severity: severity,
		Path:     filepath.ToSlash(filepath.Join(inside, path)),
		Message:  text,
		File:     place.file,
		Line:     place.line,
		Column:   place.column,
	}
}

// subcharts finds the charts that "helm lint --with-subcharts" adds.
func subcharts(chart string) []string {
	var found []string
	_ = filepath.WalkDir(filepath.Join(chart, "charts"), func(path string, entry fs.DirEntry, err error) error {
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
