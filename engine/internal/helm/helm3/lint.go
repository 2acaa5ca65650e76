package helm3

import (
	"helm.sh/helm/v3/pkg/action"
	actionv4 "helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart/v2/lint/support"

	"seatrial/engine/internal/helm/wire"
)

// Lint runs Helm 3's lint rules on the chart at the path.
func Lint(request *wire.LintRequest, path string, values map[string]any) (*actionv4.LintResult, error) {
	kubeVersion, err := parseKubeVersion(request.KubeVersion)
	if err != nil {
		return nil, err
	}
	lint := action.NewLint()
	lint.Strict = request.Strict
	lint.Namespace = wire.NamespaceOr(request.Namespace)
	lint.SkipSchemaValidation = request.SkipSchemaValidation
	lint.KubeVersion = kubeVersion
	result := lint.Run([]string{path}, values)
	converted := &actionv4.LintResult{TotalChartsLinted: result.TotalChartsLinted, Errors: result.Errors}
	for _, message := range result.Messages {
		converted.Messages = append(converted.Messages, support.Message{Severity: message.Severity, Path: message.Path, Err: message.Err})
	}
	return converted, nil
}
