package service

import (
	"net/http"
	"testing"

	"seatrial/engine/internal/helm/helmtest"
	"seatrial/engine/internal/helm/wire"
)

func TestLintReportsSeverityPlaceAndSubcharts(t *testing.T) {
	chart := helmtest.WriteChart(t, helmtest.Files{
		"templates/x.yaml":            "a: b\nc: {{ .Values.a.b }}\n",
		"charts/sub/Chart.yaml":       "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
		"charts/sub/templates/y.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: Bad_Name\n",
	})
	service := newTestService(t)
	code, got := post[wire.LintResponse](t, service, "lint", map[string]any{"chart": chart, "withSubcharts": true})
	if code != http.StatusOK || got.Charts != 2 || got.Failed != 1 {
		t.Errorf("got %d: %+v", code, got)
	}
	reported := map[string]wire.LintMessage{}
	for _, message := range got.Messages {
		reported[message.Severity+" "+message.Path] = message
	}
	if failed := reported["error templates"]; failed.File != "web/templates/x.yaml" || failed.Line != 2 {
		t.Errorf("the template's error is not reported: %+v", got.Messages)
	}
	if missing := reported["error Chart.yaml"]; missing.Message != "chart metadata is missing these dependencies: sub" {
		t.Errorf("the undeclared sub-chart is not reported: %+v", got.Messages)
	}
	if _, ok := reported["warning charts/sub/templates/y.yaml"]; !ok {
		t.Errorf("the sub-chart's warning is not reported: %+v", got.Messages)
	}
	code, got = post[wire.LintResponse](t, service, "lint", map[string]any{"chart": chart, "withSubcharts": true, "strict": true})
	if code != http.StatusOK || got.Failed != 2 {
		t.Errorf("strict gives %d: %+v", code, got)
	}
}

func TestLintOfAGoodChartHasNoErrors(t *testing.T) {
	code, got := post[wire.LintResponse](t, newTestService(t), "lint", map[string]any{"chart": helmtest.WriteChart(t, nil)})
	if code != http.StatusOK || got.Charts != 1 || got.Failed != 0 {
		t.Errorf("got %d: %+v", code, got)
	}
	for _, message := range got.Messages {
		if message.Severity != "info" {
			t.Errorf("got %+v", message)
		}
	}
}

func TestLintOfAFolderWithoutAChartIsALoadError(t *testing.T) {
	refused := postForError(t, newTestService(t), "lint", http.StatusUnprocessableEntity, map[string]any{"chart": t.TempDir()})
	if refused.Code != wire.CodeLoad {
		t.Errorf("got %s: %s", refused.Code, refused.Message)
	}
}
