package service

import (
	"strings"
	"testing"

	"seatrial/engine/internal/helm/helmtest"
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
