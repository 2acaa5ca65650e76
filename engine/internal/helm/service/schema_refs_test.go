package service

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"seatrial/engine/internal/helm/helmtest"
	"seatrial/engine/internal/helm/wire"
)

func TestASchemaThatRefersElsewhereIsCheckedWithoutThatPartAndNothingIsRequested(t *testing.T) {
	service := newTestService(t)
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		_, _ = w.Write([]byte(`{"type":"string"}`))
	}))
	defer server.Close()
	secret := filepath.Join(t.TempDir(), "secret.json")
	if err := os.WriteFile(secret, []byte(`{"const":"top secret"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, reference := range map[string]string{
		`{"properties":{"a":{"$ref":"URL/a.json"}}}`:                server.URL + "/a.json",
		`{"$id":"URL/b.json","properties":{"a":{"$ref":"c.json"}}}`: server.URL + "/c.json",
		`{"$schema":"URL/d.json"}`:                                  server.URL + "/d.json",
		`{"$ref":"file://SECRET"}`:                                  "file://" + secret,
		`{"$ref":"../../../../../../dev/zero"}`:                     "file:///dev/zero",
		`{"allOf":[{"if":{"$dynamicRef":"URL/e.json#x"}}]}`:         server.URL + "/e.json#x",
		`{"$defs":{"d":{"$ref":"URL/f.json"}},"$ref":"#/$defs/d"}`:  server.URL + "/f.json",
	} {
		schema := strings.NewReplacer("URL", server.URL, "SECRET", secret).Replace(name)
		parent := helmtest.Files{"Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\ndependencies: [{name: sub, version: 1.0.0}]\n", "charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n", "charts/sub/values.schema.json": schema}
		for chart, file := range map[string]string{
			helmtest.WriteChart(t, helmtest.Files{"values.schema.json": schema, "values.yaml": "a: b\n"}): "web/values.schema.json",
			helmtest.WriteChart(t, parent): "web/charts/sub/values.schema.json",
		} {
			for _, verb := range []string{"template", "lint"} {
				code, answer := post[warned](t, service, verb, map[string]any{"chart": chart})
				if code != http.StatusOK || answer.errors() != "" {
					t.Errorf("%s of %s is answered with %d: %s%s", verb, name, code, answer.Error, answer.errors())
				}
				if len(answer.Warnings) != 1 || answer.Warnings[0].File != file || !strings.Contains(answer.Warnings[0].Message, " refers to "+reference+",") {
					t.Errorf("%s of %s warns of %+v", verb, name, answer.Warnings)
				}
				if strings.Contains(fmt.Sprint(answer), "top secret") {
					t.Errorf("%s reveals the content of the file: %+v", verb, answer)
				}
			}
		}
	}
	chart := helmtest.WriteChart(t, helmtest.Files{"values.schema.json": `{"$ref":"` + server.URL + `"}`})
	request := map[string]any{"chart": chart, "skipSchemaValidation": true}
	if code, answer := post[warned](t, service, "template", request); code != http.StatusOK || len(answer.Warnings) > 0 {
		t.Errorf("without the schema it is answered with %d, %+v", code, answer)
	}
	if asked.Load() != 0 {
		t.Errorf("the server was asked %d times", asked.Load())
	}
}

// warned is the answer of template or lint.
type warned struct {
	Error    *wire.Error        `json:"error"`
	Messages []wire.LintMessage `json:"messages"`
	Warnings []wire.Warning     `json:"warnings"`
}

func (w warned) errors() string {
	var texts []string
	for _, message := range w.Messages {
		if message.Severity == "error" {
			texts = append(texts, message.Message)
		}
	}
	return strings.Join(texts, "\n")
}

func TestTheRestOfASchemaThatRefersElsewhereIsEnforced(t *testing.T) {
	service := newTestService(t)
	const elsewhere = `{"$ref":"https://schemas.invalid/x.json#/definitions/y"}`
	draft7 := `"$schema":"http://json-schema.org/draft-07/schema#",`
	for name, example := range map[string]struct {
		schema, accepted, refused string
	}{
		"another property":          {`{"properties":{"a":{"type":"integer"},"b":ELSEWHERE}}`, `a: 1`, `a: x`},
		"the keywords next to it":   {`{"properties":{"a":{"$ref":"https://schemas.invalid/x.json","type":"integer"}}}`, `a: 1`, `a: x`},
		"not in draft 7":            {`{` + draft7 + `"properties":{"a":{"$ref":"https://schemas.invalid/x.json","type":"integer"},"b":{"type":"string"}}}`, `a: x`, `b: 1`},
		"a local reference":         {`{"$defs":{"i":{"type":"integer"}},"properties":{"a":{"$ref":"#/$defs/i"},"b":ELSEWHERE}}`, `a: 1`, `a: x`},
		"a negation":                {`{"not":ELSEWHERE,"properties":{"a":{"type":"integer"}}}`, `a: 1`, `a: x`},
		"a negation by a reference": {`{"$defs":{"e":ELSEWHERE},"not":{"$ref":"#/$defs/e"},"properties":{"a":{"type":"integer"}}}`, `a: 1`, `a: x`},
		"another negation":          {`{"properties":{"a":{"not":{"type":"string"}},"b":ELSEWHERE}}`, `a: 1`, `a: x`},
		"a choice":                  {`{"properties":{"a":{"type":"integer"}},"oneOf":[ELSEWHERE,{"required":["a"]}]}`, `a: 1`, `a: x`},
		"another choice":            {`{"properties":{"a":{"oneOf":[{"type":"integer"},{"minimum":5}]},"b":ELSEWHERE}}`, `a: 1`, `a: 7`},
		"a condition":               {`{"properties":{"a":{"type":"integer"}},"if":ELSEWHERE,"then":{"required":["c"]},"else":{"required":["d"]}}`, `a: 1`, `a: x`},
		"an array":                  {`{"properties":{"a":{"contains":ELSEWHERE,"maxContains":0,"maxItems":2}}}`, `a: [1, 2]`, `a: [1, 2, 3]`},
		"what is unevaluated":       {`{"allOf":[ELSEWHERE],"unevaluatedProperties":false,"properties":{"a":{"type":"integer"}}}`, `z: 1`, `a: x`},
		"properties like keywords":  {`{"properties":{"not":ELSEWHERE,"$ref":{"type":"integer"}}}`, `not: 1`, `$ref: x`},
		"data like a reference":     {`{"properties":{"a":{"default":ELSEWHERE,"enum":[{"$ref":"https://schemas.invalid/z"}]},"b":ELSEWHERE}}`, `a: {"$ref": "https://schemas.invalid/z"}`, `a: 1`},
		"an unknown draft":          {`{"$schema":"https://schemas.invalid/draft","properties":{"a":{"type":"integer"}}}`, `a: 1`, `a: x`},
		"a file of the chart":       {`{"properties":{"a":{"type":"integer"},"b":{"$ref":"schemas/b.json"}}}`, `a: 1`, `a: x`},
	} {
		t.Run(name, func(t *testing.T) {
			schema := strings.ReplaceAll(example.schema, "ELSEWHERE", elsewhere)
			for values, isRefused := range map[string]bool{example.accepted: false, example.refused: true} {
				chart := helmtest.WriteChart(t, helmtest.Files{"values.schema.json": schema, "values.yaml": values + "\n"})
				code, rendered := post[warned](t, service, "template", map[string]any{"chart": chart})
				if isRefused != (code != http.StatusOK && rendered.Error.Code == wire.CodeSchema) {
					t.Errorf("template of %s is answered with %d: %v", values, code, rendered.Error)
				}
				if _, linted := post[warned](t, service, "lint", map[string]any{"chart": chart}); isRefused != (linted.errors() != "") {
					t.Errorf("lint of %s answers %q", values, linted.errors())
				}
			}
		})
	}
}

func TestOnlyTheSchemasOfChartsThatHelmRendersAreWarnedOf(t *testing.T) {
	files := helmtest.Files{
		"Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\ndependencies:\n" +
			"- {name: sub, version: 1.0.0, condition: sub.enabled}\n- {name: sub, version: 1.0.0, alias: twin}\n",
		"values.yaml":                   "sub: {enabled: false}\n",
		"charts/sub/Chart.yaml":         "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
		"charts/sub/values.schema.json": `{"$ref":"https://schemas.invalid/x.json"}`,
	}
	_, answer := post[warned](t, newTestService(t), "template", map[string]any{"chart": helmtest.WriteChart(t, files)})
	if len(answer.Warnings) != 1 || answer.Warnings[0].File != "web/charts/twin/values.schema.json" {
		t.Errorf("it warns of %+v", answer.Warnings)
	}
}

func TestASchemaThatRefersToItselfIsAccepted(t *testing.T) {
	service := newTestService(t)
	for _, schema := range []string{
		`{"$schema":"http://json-schema.org/draft-07/schema#","definitions":{"a":{"type":"string"}},"properties":{"a":{"$ref":"#/definitions/a"}}}`,
		`{"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://example.com/x.json","$defs":{"a":{"$id":"a.json"}},"properties":{"a":{"$ref":"a.json"}}}`,
		`{"$ref":"https://json-schema.org/draft/2020-12/schema"}`,
		`{"$ref":"urn:example:nobody"}`,
		`{"properties":{"a":{"$ref":"#"}}}`,
	} {
		chart := helmtest.WriteChart(t, helmtest.Files{"values.schema.json": schema})
		for _, verb := range []string{"template", "lint"} {
			if code, answer := post[errorBody](t, service, verb, map[string]any{"chart": chart}); code != http.StatusOK {
				t.Errorf("%s of %s is answered with %d: %+v", verb, schema, code, answer.Error)
			}
		}
	}
}
