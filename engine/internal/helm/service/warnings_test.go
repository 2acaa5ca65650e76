package service

import (
	"fmt"
	"strings"
	"testing"

	"seatrial/engine/internal/helm/helmtest"
	"seatrial/engine/internal/helm/wire"
)

func TestWhatHelmLogsAboutValuesIsAWarning(t *testing.T) {
	dependencies := func(rest string) string {
		return "apiVersion: v2\nname: web\nversion: 1.2.3\ndependencies:\n- {name: db, version: 1.0.0" + rest + "}\n"
	}
	db := helmtest.Files{
		"charts/db/Chart.yaml":  "apiVersion: v2\nname: db\nversion: 1.0.0\n",
		"charts/db/values.yaml": "auth:\n  tls: {enabled: false}\nexports:\n  data: {port: 1}\n",
	}
	for name, test := range map[string]struct {
		files  helmtest.Files
		helm   int
		values string
		field  string
		want   string
	}{
		"a condition that is a text": {
			helmtest.Files{"Chart.yaml": dependencies(", condition: db.enabled"), "values.yaml": "db: {enabled: 'no'}\n"}, 4, "",
			"db.enabled", `condition of the dependency "db"`,
		},
		"a condition that is a text in Helm 3": {
			helmtest.Files{"Chart.yaml": dependencies(", condition: db.enabled"), "values.yaml": "db: {enabled: 'no'}\n"}, 3, "",
			"db.enabled", `condition of the dependency "db"`,
		},
		"a tag that is a text": {
			helmtest.Files{"Chart.yaml": dependencies(", tags: [back]"), "values.yaml": "tags: {back: 'no'}\n"}, 4, "",
			"tags.back", `tag of the dependency "db"`,
		},
		"import-values of nothing": {
			helmtest.Files{"Chart.yaml": dependencies(", import-values: [dta]")}, 4, "",
			"dependencies[].import-values", `no table "dta"`,
		},
		"import-values of a child that does not exist": {
			helmtest.Files{"Chart.yaml": dependencies(", import-values: [{child: dta, parent: x}]")}, 4, "",
			"dependencies[].import-values", `the dependency "db" has no table "dta"`,
		},
		"a text in place of a table of a dependency": {
			helmtest.Files{"Chart.yaml": dependencies(""), "values.yaml": "db: {auth: {tls: hidden}}\n"}, 4, "",
			"db.auth.tls", "is given another value",
		},
		"a text in place of a table": {helmtest.Files{"values.yaml": "a: {b: {c: hidden}}\n"}, 4, "a.b=hidden", "a.b", "is given another value"},
		"a text in place of {}":      {helmtest.Files{"values.yaml": "a: {b: {}}\n"}, 4, "a.b=hidden", "a.b", "an empty mapping by default"},
		"a table in place of a text": {helmtest.Files{"values.yaml": "a: hidden\n"}, 4, "a.b=hidden", "a", "Helm uses the mapping"},
		"nothing unusual":            {helmtest.Files{"Chart.yaml": dependencies(", condition: db.enabled"), "values.yaml": "db: {enabled: true, auth: {}}\n"}, 4, "db.auth=null", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			files := helmtest.Files{}
			for _, each := range []helmtest.Files{test.files, db} {
				for path, text := range each {
					if strings.Contains(test.files["Chart.yaml"], "dependencies") || !strings.HasPrefix(path, "charts/") {
						files[path] = text
					}
				}
			}
			request := map[string]any{"chart": helmtest.WriteChart(t, files), "helm": test.helm}
			if test.values != "" {
				request["set"] = []string{test.values}
			}
			got := mustTemplate(t, newIsolatingService(t), request).Warnings
			if test.want == "" {
				if len(got) != 0 {
					t.Errorf("the warnings are %+v", got)
				}
				return
			}
			if len(got) != 1 || got[0].Reason != "HelmWarning" || got[0].Field != test.field || !strings.Contains(got[0].Message, test.want) ||
				strings.Contains(got[0].Message, "hidden") {
				t.Errorf("the warnings are %+v", got)
			}
		})
	}
}

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

func TestAConditionThatMisspellsAValueIsAWarning(t *testing.T) {
	for name, test := range map[string]struct{ condition, values, want string }{
		"the last key":            {"db.enable", "db: {enabled: false}\n", "did you mean db.enabled?"},
		"the name of the chart":   {"db.enabled", "dbase: {enabled: false}\n", ""},
		"the name of a long name": {"postgres.enabled", "postgresql: {enabled: false}\n", "did you mean postgresql.enabled?"},
		"the case of letters":     {"db.isenabled", "db: {isEnabled: false}\n", "did you mean db.isEnabled?"},
		"a value that exists":     {"db.enabled", "db: {enabled: false, enable: true}\n", ""},
		"one of two":              {"global.db.enabled,db.enabled", "db: {enabled: false}\n", ""},
		"no similar value":        {"db.enabled", "db: {size: 1}\n", ""},
		"a value of another kind": {"db.enable", "db: {enabled: {a: 1}}\n", ""},
		"two similar values":      {"db.enable", "db: {enabled: false, enables: true}\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			chart := helmtest.WriteChart(t, helmtest.Files{
				"Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\ndependencies:\n" +
					"- {name: db, version: 1.0.0, condition: \"" + test.condition + "\"}\n",
				"values.yaml":          test.values,
				"charts/db/Chart.yaml": "apiVersion: v2\nname: db\nversion: 1.0.0\n",
			})
			got := mustTemplate(t, newTestService(t), map[string]any{"chart": chart}).Warnings
			if test.want == "" && len(got) == 0 {
				return
			}
			if len(got) != 1 || got[0].Reason != "NoSuchCondition" || got[0].File != "web/Chart.yaml" || got[0].Hint != test.want {
				t.Errorf("the warnings are %+v, want %q", got, test.want)
			}
		})
	}
}

func TestAPatternThatExcludesAPartOfTheChartIsAWarning(t *testing.T) {
	for name, test := range map[string]struct{ patterns, want string }{
		"a helper":              {"# own\n_*\n", `IgnoredFile web/.helmignore:2 its pattern "_*" excludes templates/_h.tpl: Helm does not read it`},
		"the tests":             {"tests/\n", `excludes templates/tests: `},
		"the values":            {"values*\n", `excludes values.yaml: `},
		"two templates":         {"[ab].yaml\n", `excludes templates/a.yaml and 1 more: `},
		"a template by name":    {"templates/a.yaml\n/templates/tests\n", ""},
		"the values by name":    {"values.yaml\n", ""},
		"the chart's tests":     {"/tests/\n", ""},
		"other files":           {"*.md\n*.bak\nci/\n", ""},
		"what Helm never reads": {"*.orig\n.git/\n.hidden.yaml\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			chart := helmtest.WriteChart(t, helmtest.Files{
				".helmignore": test.patterns, "values.yaml": "a: 1\n", "tests/a_test.yaml": "x", "ci/a-values.yaml": "{}",
				"templates/_h.tpl": "x", "templates/tests/t.yaml": "# x", "templates/a.yaml": "# x", "templates/b.yaml": "# x",
				"templates/c.yaml.orig": "# x", "templates/.hidden.yaml": "# x", "README.md": "x",
			})
			for _, verb := range []string{"template", "lint"} {
				_, answer := post[warned](t, newTestService(t), verb, map[string]any{"chart": chart})
				if got := fileWarnings(answer.Warnings); (test.want == "") != (got == "") || !strings.Contains(got, test.want) {
					t.Errorf("%s: the warnings are %q, want %q", verb, got, test.want)
				}
			}
		})
	}
}
