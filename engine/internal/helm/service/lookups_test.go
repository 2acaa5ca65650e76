package service

import (
	"net/http"
	"testing"

	"seatrial/engine/internal/helm/helmtest"
	"seatrial/engine/internal/helm/wire"
)

func TestARenderingSaysWhetherTemplatesLookBeyondTheirNamespace(t *testing.T) {
	cases := map[string]struct {
		template string
		beyond   bool
	}{
		"no lookup":                       {`a: {{ .Values.replicas }}`, false},
		"the word in a comment":           {`{{/* lookup "v1" "Secret" "" "" */}}a: b # lookup "v1" "Secret" "" ""`, false},
		"the release's namespace":         {`a: {{ lookup "v1" "Secret" .Release.Namespace "x" | len }}`, false},
		"the root's namespace in a range": {`{{ range list 1 }}a: {{ (lookup "v1" "Secret" $.Release.Namespace "x").data }}{{ end }}`, false},
		"a helper that names a namespace": {`a: {{ lookup "v1" "Secret" (include "common.names.namespace" .) "x" | len }}`, false},
		"all namespaces":                  {`a: {{ lookup "v1" "Secret" "" "" | len }}`, true},
		"another namespace":               {`a: {{ lookup "v1" "Secret" "kube-system" "x" | len }}`, true},
		"a variable":                      {`{{ $where := "" }}a: {{ lookup "v1" "Secret" $where "x" | len }}`, true},
		"a piped name":                    {`a: {{ "x" | lookup "v1" "Secret" "" | len }}`, true},
		"a condition":                     {`{{ if not (lookup "v1" "Node" "" "x") }}a: b{{ else }}a: c{{ end }}`, true},
		"a field of the answer":           {`{{ with (lookup "v1" "Secret" "" "x").data }}a: b{{ end }}`, true},
		"a definition":                    {`{{ define "all" }}{{ range (lookup "v1" "Secret" "" "").items }}x{{ end }}{{ end }}`, true},
		"inside else":                     {`{{ if .Values.a }}a: b{{ else if lookup "v1" "Secret" "" "" }}a: c{{ end }}`, true},
	}
	service := newTestService(t)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			chart := helmtest.WriteChart(t, helmtest.Files{
				"templates/config.yaml":       "",
				"charts/sub/Chart.yaml":       "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
				"charts/sub/values.yaml":      "replicas: 1\n",
				"charts/sub/templates/_a.tpl": `{{ define "common.names.namespace" }}{{ .Release.Namespace }}{{ end }}`,
				"charts/sub/templates/a.yaml": c.template,
			})
			status, answer := post[wire.TemplateResponse](t, service, "template", map[string]any{"chart": chart})
			if status != http.StatusOK || answer.LooksBeyond != c.beyond {
				t.Errorf("looksBeyond is %v with status %d, want %v", answer.LooksBeyond, status, c.beyond)
			}
		})
	}
}
