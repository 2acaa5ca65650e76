package service

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"seatrial/engine/internal/helm/helmtest"
	"seatrial/engine/internal/helm/wire"
)

func hookWith(name, annotations string) string {
	return fmt.Sprintf("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: %s\n  annotations:\n%s\n", name, annotations)
}

func TestEachObjectThatHelmSkipsForItsHookIsNamed(t *testing.T) {
	service := newTestService(t)
	for annotation, hint := range map[string]string{
		`    helm.sh/hook: preinstall`:                      "did you mean pre-install?",
		`    helm.sh/hook: "pre-instal"`:                    "did you mean pre-install?",
		`    "helm.sh/hook": post_upgrade`:                  "did you mean post-upgrade?",
		`    helm.sh/hook: pre-install,post-instal`:         "did you mean post-install?",
		`    helm.sh/hook: "pre-install,"`:                  "name an event such as pre-install",
		`    helm.sh/hook: ""`:                              "name an event such as pre-install",
		`    helm.sh/hook:`:                                 "name an event such as pre-install",
		`    helm.sh/hook: crd-install`:                     "crds/ directory",
		`    helm.sh/hook: test-failure`:                    "Helm 3 and later have no test-failure",
		`    helm.sh/hook: whatever`:                        "the events are pre-install,",
		`    helm.sh/hook: {{ .Values.hook }}`:              "did you mean pre-install?",
		`    {{- toYaml .Values.annotations | nindent 4 }}`: "did you mean pre-install?",
		`    {{ include "hook" . }}`:                        "did you mean pre-upgrade?",
	} {
		chart := helmtest.WriteChart(t, helmtest.Files{
			"templates/a.yaml":       hookWith("kept", "    helm.sh/hook: PRE-Install, post-upgrade") + "---\n" + hookWith("{{ .Release.Name }}-skipped", annotation),
			"templates/_helpers.tpl": `{{ define "hook" }}{{ if eq 0 1 }}helm.sh/hook: pre-install{{ else }}helm.sh/hook: pre-upgrad{{ end }}{{ end }}`,
			"values.yaml":            "hook: pre-instal\nreplicas: 1\nannotations: {helm.sh/hook: pre-instal}\n",
		})
		_, answer := post[wire.TemplateResponse](t, service, "template", map[string]any{"chart": chart, "releaseName": "blue"})
		if len(answer.Hooks) != 1 || len(answer.Warnings) != 1 {
			t.Errorf("%s: %+v, %+v", annotation, answer.Hooks, answer.Warnings)
			continue
		}
		warning := answer.Warnings[0]
		if warning.Reason != "UnknownHook" || warning.File != "web/templates/a.yaml" || warning.Object.Name != "blue-skipped" || !strings.Contains(warning.Hint, hint) {
			t.Errorf("%s: %+v", annotation, warning)
		}
	}
}

func TestKnownHooksAreNotWarnedOf(t *testing.T) {
	annotations := "    helm.sh/hook: test-success, Post-Delete\n    helm.sh/hook-weight: \"5\"\n    helm.sh/hook-delete-policy: hook-succeeded"
	chart := helmtest.WriteChart(t, helmtest.Files{
		"templates/a.yaml": hookWith("a", annotations) + "---\n" + hookWith("b", "    helm.sh/hook: {{ .Values.missing | default \"test\" }}"),
	})
	code, answer := post[wire.TemplateResponse](t, newTestService(t), "template", map[string]any{"chart": chart})
	if code != http.StatusOK || len(answer.Hooks) != 2 || len(answer.Warnings) != 0 {
		t.Errorf("%d: %+v, %+v", code, answer.Hooks, answer.Warnings)
	}
}
