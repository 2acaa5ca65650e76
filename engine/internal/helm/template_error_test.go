package helm

import (
	"net/http"
	"strings"
	"testing"
)

// Every message here comes from Helm itself, provoked by a real chart.
func TestTemplateErrorsNameTheirPlace(t *testing.T) {
	helper := "{{ define \"broken\" }}\n{{ .Values.a.b }}{{ end }}"
	cases := []struct {
		name    string
		files   files
		code    Code
		place   place
		message string
	}{
		{"a nil pointer", files{"templates/x.yaml": "a: b\nc: {{ .Values.a.b }}\n"},
			CodeTemplate, place{"web/templates/x.yaml", 2, 13}, "nil pointer evaluating"},
		{"a nil pointer in a helper", files{"templates/_helpers.tpl": helper, "templates/x.yaml": "c: {{ include \"broken\" . }}\n"},
			CodeTemplate, place{"web/templates/_helpers.tpl", 2, 10}, "web/templates/x.yaml:1:6"},
		{"required", files{"templates/x.yaml": "a: b\nc: {{ required \"say which port\" .Values.port }}\n"},
			CodeTemplate, place{"web/templates/x.yaml", 2, 6}, "say which port"},
		{"fail", files{"templates/x.yaml": "{{ fail \"not like this\" }}\n"},
			CodeTemplate, place{"web/templates/x.yaml", 1, 3}, "not like this"},
		{"a syntax error", files{"templates/x.yaml": "a: b\nc: {{ if }}\n"},
			CodeTemplate, place{"web/templates/x.yaml", 2, 0}, "missing value for if"},
		{"an unknown function", files{"templates/x.yaml": "a: {{ nofunction 1 }}\n"},
			CodeTemplate, place{"web/templates/x.yaml", 1, 0}, `function "nofunction" not defined`},
		{"an unknown template", files{"templates/x.yaml": "a: {{ include \"nowhere\" . }}\n"},
			CodeTemplate, place{"web/templates/x.yaml", 1, 6}, `no template "nowhere"`},
		{"an error inside tpl", files{"templates/x.yaml": "a: {{ tpl \"{{ .Values.a.b }}\" . }}\n"},
			CodeTemplate, place{"web/templates/x.yaml", 1, 6}, "error calling tpl"},
		{"an error in a sub-chart", files{
			"charts/sub/Chart.yaml":       "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
			"charts/sub/templates/y.yaml": "a: {{ .Values.c.d }}\n",
		}, CodeTemplate, place{"web/charts/sub/templates/y.yaml", 1, 13}, "nil pointer"},
		{"broken YAML", files{"templates/x.yaml": "a: b\n  c: d\n"},
			CodeManifest, place{"web/templates/x.yaml", 2, 0}, "YAML parse error on"},
	}
	service := newTestService(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			failure := postForError(t, service, "template", http.StatusUnprocessableEntity, map[string]any{"chart": writeChart(t, c.files)})
			if failure.Code != c.code {
				t.Errorf("code is %q, want %q", failure.Code, c.code)
			}
			if got := (place{failure.File, failure.Line, failure.Column}); got != c.place {
				t.Errorf("place is %+v, want %+v in %q", got, c.place, failure.Message)
			}
			if !strings.Contains(failure.Message, c.message) {
				t.Errorf("message %q lacks %q", failure.Message, c.message)
			}
		})
	}
}

func TestATemplateThatIncludesItselfHasABoundedMessage(t *testing.T) {
	chart := writeChart(t, files{
		"templates/_helpers.tpl": `{{ define "loop" }}{{ include "loop" . }}{{ end }}`,
		"templates/x.yaml":       `a: {{ include "loop" . }}`,
	})
	failure := postForError(t, newTestService(t), "template", http.StatusUnprocessableEntity, map[string]any{"chart": chart})
	if len(failure.Message) > 9<<10 || !strings.Contains(failure.Message, "bytes left out") {
		t.Errorf("the message has %d bytes: %.200s", len(failure.Message), failure.Message)
	}
	if !strings.Contains(failure.Message, "nested reference name: loop") {
		t.Errorf("the cause is gone: …%s", failure.Message[len(failure.Message)-300:])
	}
	if failure.File != "web/templates/_helpers.tpl" {
		t.Errorf("file is %q", failure.File)
	}
}

func TestSchemaErrorsListEveryViolation(t *testing.T) {
	chart := writeChart(t, files{
		"values.schema.json":            `{"properties":{"replicas":{"type":"string"},"port":{"type":"integer"}}}`,
		"charts/sub/Chart.yaml":         "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
		"charts/sub/values.schema.json": `{"required":["size"]}`,
	})
	service := newTestService(t)
	request := map[string]any{"chart": chart, "set": []string{"port=high"}}
	failure := postForError(t, service, "template", http.StatusUnprocessableEntity, request)
	if failure.Code != CodeSchema || failure.File != "web/values.schema.json" {
		t.Errorf("got %s in %q", failure.Code, failure.File)
	}
	var messages []string
	for _, violation := range failure.Failures {
		messages = append(messages, violation.Message)
	}
	all := strings.Join(messages, "\n")
	for _, want := range []string{"web: at '/port': got string, want integer", "web: at '/replicas': got number, want string", "sub: at '': missing property 'size'"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is missing in:\n%s", want, all)
		}
	}
	request["skipSchemaValidation"] = true
	if code, _ := post[templateResponse](t, service, "template", request); code != http.StatusOK {
		t.Errorf("skipSchemaValidation still fails: %d", code)
	}
}
