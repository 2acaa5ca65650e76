package service

import (
	"net/http"
	"strings"
	"testing"

	"seatrial/engine/internal/helm/failure"
	"seatrial/engine/internal/helm/helmtest"
	"seatrial/engine/internal/helm/wire"
)

func at(file string, line, column int) failure.Location {
	return failure.Location{File: file, Line: line, Column: column}
}

// Every message here comes from Helm itself, provoked by a real chart.
func TestTemplateErrorsNameTheirPlace(t *testing.T) {
	helper := "{{ define \"broken\" }}\n{{ .Values.a.b }}{{ end }}"
	cases := []struct {
		name     string
		files    helmtest.Files
		code     wire.Code
		location failure.Location
		message  string
	}{
		{"a nil pointer", helmtest.Files{"templates/x.yaml": "a: b\nc: {{ .Values.a.b }}\n"},
			wire.CodeTemplate, at("web/templates/x.yaml", 2, 13), "nil pointer evaluating"},
		{"a nil pointer in a helper", helmtest.Files{"templates/_helpers.tpl": helper, "templates/x.yaml": "c: {{ include \"broken\" . }}\n"},
			wire.CodeTemplate, at("web/templates/_helpers.tpl", 2, 10), "web/templates/x.yaml:1:6"},
		{"required", helmtest.Files{"templates/x.yaml": "a: b\nc: {{ required \"say which port\" .Values.port }}\n"},
			wire.CodeFail, at("web/templates/x.yaml", 2, 6), "say which port"},
		{"fail", helmtest.Files{"templates/x.yaml": "{{ fail \"not like this\" }}\n"},
			wire.CodeFail, at("web/templates/x.yaml", 1, 3), "not like this"},
		{"fail in a helper of a sub-chart", helmtest.Files{
			"charts/sub/Chart.yaml":             "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
			"charts/sub/templates/_helpers.tpl": `{{ define "check" }}{{ fail "say\nwhich" }}{{ end }}`,
			"charts/sub/templates/y.yaml":       "a: {{ include \"check\" . }}\n",
		}, wire.CodeFail, at("web/charts/sub/templates/y.yaml", 1, 6), "say\nwhich"},
		{"a kubeVersion that excludes the cluster", helmtest.Files{
			"Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\nkubeVersion: \"<1.20.0-0\"\n",
		}, wire.CodeKubeVersion, at("", 0, 0), "chart requires kubeVersion: <1.20.0-0"},
		{"a value in place of those of a sub-chart", helmtest.Files{
			"charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
			"values.yaml":           "sub: hidden\n",
		}, wire.CodeValues, at("", 0, 0), `the value "sub" is not a mapping: it has the values of the dependency "sub"`},
		{"a syntax error", helmtest.Files{"templates/x.yaml": "a: b\nc: {{ if }}\n"},
			wire.CodeTemplate, at("web/templates/x.yaml", 2, 0), "missing value for if"},
		{"an unknown function", helmtest.Files{"templates/x.yaml": "a: {{ nofunction 1 }}\n"},
			wire.CodeTemplate, at("web/templates/x.yaml", 1, 0), `function "nofunction" not defined`},
		{"an unknown template", helmtest.Files{"templates/x.yaml": "a: {{ include \"nowhere\" . }}\n"},
			wire.CodeTemplate, at("web/templates/x.yaml", 1, 6), `no template "nowhere"`},
		{"an error inside tpl", helmtest.Files{"templates/x.yaml": "a: {{ tpl \"{{ .Values.a.b }}\" . }}\n"},
			wire.CodeTemplate, at("web/templates/x.yaml", 1, 6), "error calling tpl"},
		{"an error in a sub-chart", helmtest.Files{
			"charts/sub/Chart.yaml":       "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
			"charts/sub/templates/y.yaml": "a: {{ .Values.c.d }}\n",
		}, wire.CodeTemplate, at("web/charts/sub/templates/y.yaml", 1, 13), "nil pointer"},
		{"broken YAML", helmtest.Files{"templates/x.yaml": "a: b\n  c: d\n"},
			wire.CodeManifest, at("web/templates/x.yaml", 2, 0), "YAML parse error on"},
	}
	service := newTestService(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			refused := postForError(t, service, "template", http.StatusUnprocessableEntity, map[string]any{"chart": helmtest.WriteChart(t, c.files)})
			if refused.Code != c.code {
				t.Errorf("code is %q, want %q", refused.Code, c.code)
			}
			if got := (at(refused.File, refused.Line, refused.Column)); got != c.location {
				t.Errorf("place is %+v, want %+v in %q", got, c.location, refused.Message)
			}
			if !strings.Contains(refused.Message, c.message) {
				t.Errorf("message %q lacks %q", refused.Message, c.message)
			}
		})
	}
}

func TestATemplateThatIncludesItselfHasABoundedMessage(t *testing.T) {
	chart := helmtest.WriteChart(t, helmtest.Files{
		"templates/_helpers.tpl": `{{ define "loop" }}{{ include "loop" . }}{{ end }}`,
		"templates/x.yaml":       `a: {{ include "loop" . }}`,
	})
	refused := postForError(t, newTestService(t), "template", http.StatusUnprocessableEntity, map[string]any{"chart": chart})
	if len(refused.Message) > 9<<10 || !strings.Contains(refused.Message, "bytes left out") {
		t.Errorf("the message has %d bytes: %.200s", len(refused.Message), refused.Message)
	}
	if !strings.Contains(refused.Message, "nested reference name: loop") {
		t.Errorf("the cause is gone: …%s", refused.Message[len(refused.Message)-300:])
	}
	if refused.File != "web/templates/_helpers.tpl" {
		t.Errorf("file is %q", refused.File)
	}
}

func TestSchemaErrorsListEveryViolation(t *testing.T) {
	chart := helmtest.WriteChart(t, helmtest.Files{
		"values.schema.json":            `{"properties":{"replicas":{"type":"string"},"port":{"type":"integer"}}}`,
		"charts/sub/Chart.yaml":         "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
		"charts/sub/values.schema.json": `{"required":["size"]}`,
	})
	service := newTestService(t)
	request := map[string]any{"chart": chart, "set": []string{"port=high"}}
	refused := postForError(t, service, "template", http.StatusUnprocessableEntity, request)
	if refused.Code != wire.CodeSchema || refused.File != "web/values.schema.json" {
		t.Errorf("got %s in %q", refused.Code, refused.File)
	}
	var messages []string
	for _, violation := range refused.Failures {
		messages = append(messages, violation.Message)
	}
	all := strings.Join(messages, "\n")
	for _, want := range []string{"web: at '/port': got string, want integer", "web: at '/replicas': got number, want string", "sub: at '': missing property 'size'"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is missing in:\n%s", want, all)
		}
	}
	request["skipSchemaValidation"] = true
	if code, _ := post[wire.TemplateResponse](t, service, "template", request); code != http.StatusOK {
		t.Errorf("skipSchemaValidation still fails: %d", code)
	}
}
