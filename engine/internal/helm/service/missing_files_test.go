package service

import (
	"fmt"
	"strings"
	"testing"

	"seatrial/engine/internal/helm/helmtest"
	"seatrial/engine/internal/helm/wire"
)

func fileWarnings(warnings []wire.Warning) string {
	texts := []string{}
	for _, each := range warnings {
		texts = append(texts, fmt.Sprintf("%s %s:%d %s", each.Reason, each.File, each.Line, each.Message))
	}
	return strings.Join(texts, "\n")
}

func TestFilesThatTemplatesReadAndDoNotExistAreWarnings(t *testing.T) {
	const config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n"
	for name, test := range map[string]struct{ template, want string }{
		"a file":                             {`  a: {{ .Files.Get "conf/nosuch.toml" | quote }}`, `NoSuchFile web/templates/a.yaml:5 the template reads the file "conf/nosuch.toml"`},
		"a file of the root context":         {`  a: {{ range list 1 }}{{ $.Files.Get "x" | quote }}{{ end }}`, `the file "x"`},
		"a file in a definition":             {`  a: {{ include "b" . }}{{ define "b" }}{{ .Files.Get "x" | quote }}{{ end }}`, `the file "x"`},
		"a pattern":                          {`{{ (.Files.Glob "d/*.json").AsConfig | indent 2 }}`, `no file matches the pattern "d/*.json"`},
		"a pattern in a loop":                {`{{ range $path, $_ := .Files.Glob "d/*.json" }}{{ $path }}{{ end }}`, `no file matches`},
		"a template":                         {`  a: {{ .Files.Get "templates/a.yaml" | quote }}`, "templates/a.yaml"},
		"a file that exists":                 {`  a: {{ .Files.Get "conf/x.toml" | quote }}`, ""},
		"a pattern that matches":             {`{{ (.Files.Glob "conf/**").AsConfig | indent 2 }}`, ""},
		"a file in a branch that is not run": {`  a: {{ if .Values.off }}{{ .Files.Get "x" }}{{ end }}1`, ""},
		"a file in a branch that is run":     {`  a: {{ if .Values.off }}1{{ else }}"{{ .Files.Get "x" }}"{{ end }}`, `the file "x"`},
		"a definition that nothing includes": {`{{ define "b" }}{{ .Files.Get "x" }}{{ end }}`, ""},
		"a file with a default":              {`  a: {{ .Files.Get "x" | default "1" | quote }}`, ""},
		"a file in a condition":              {`  a: {{ if .Files.Get "x" }}{{ .Files.Get "x" }}{{ else }}1{{ end }}`, ""},
		"a variable in a condition":          {`{{ $x := .Files.Get "x" }}{{ if $x }}{{ $x }}{{ end }}`, ""},
		"with":                               {`{{ with .Files.Get "x" }}{{ . }}{{ end }}`, ""},
		"a name that is made":                {`  a: {{ .Files.Get (print "x" 1) | quote }}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			chart := helmtest.WriteChart(t, helmtest.Files{
				"templates/a.yaml": config + test.template + "\n", "conf/x.toml": "x", "values.yaml": "off: false\nreplicas: 1\n",
			})
			got := fileWarnings(mustTemplate(t, newTestService(t), map[string]any{"chart": chart}).Warnings)
			if (test.want == "") != (got == "") || !strings.Contains(got, test.want) {
				t.Errorf("the warnings are %q, want %q", got, test.want)
			}
		})
	}
}

func TestAFileThatAnotherChartOfTheTreeHasIsNotMissing(t *testing.T) {
	chart := helmtest.WriteChart(t, helmtest.Files{
		"dash/a.json":                  "{}",
		"charts/lib/Chart.yaml":        "apiVersion: v2\nname: lib\nversion: 1.0.0\ntype: library\n",
		"charts/lib/templates/_l.yaml": `{{ define "lib.dash" }}{{ .Files.Get "dash/a.json" }}{{ .Files.Get "dash/b.json" }}{{ end }}`,
		"templates/NOTES.txt":          `{{ include "lib.dash" . }}`,
	})
	got := fileWarnings(mustTemplate(t, newTestService(t), map[string]any{"chart": chart}).Warnings)
	if strings.Count(got, "NoSuchFile") != 1 || !strings.Contains(got, "web/charts/lib/templates/_l.yaml:1") || !strings.Contains(got, "dash/b.json") {
		t.Errorf("the warnings are %q", got)
	}
}
