package service

import (
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

func TestASchemaThatRefersElsewhereIsRefusedAndNothingIsRequested(t *testing.T) {
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
		`{"allOf":[{"if":{"$dynamicRef":"URL/e.json#x"}}]}`:         server.URL + "/e.json",
		`{"$defs":{"d":{"$ref":"URL/f.json"}},"$ref":"#/$defs/d"}`:  server.URL + "/f.json",
	} {
		schema := strings.NewReplacer("URL", server.URL, "SECRET", secret).Replace(name)
		parent := helmtest.Files{"charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n", "charts/sub/values.schema.json": schema}
		for chart, file := range map[string]string{
			helmtest.WriteChart(t, helmtest.Files{"values.schema.json": schema, "values.yaml": "a: b\n"}): "web/values.schema.json",
			helmtest.WriteChart(t, parent): "sub/values.schema.json",
		} {
			for _, verb := range []string{"template", "lint"} {
				refused := postForError(t, service, verb, http.StatusUnprocessableEntity, map[string]any{"chart": chart})
				if refused.Code != wire.CodeSchema || refused.File != file || !strings.Contains(refused.Message, " refers to "+reference) {
					t.Errorf("%s of %s refused as %s in %q: %s", verb, name, refused.Code, refused.File, refused.Message)
				}
				if strings.Contains(refused.Message, "top secret") {
					t.Errorf("%s reveals the content of the file: %s", verb, refused.Message)
				}
			}
		}
	}
	chart := helmtest.WriteChart(t, helmtest.Files{"values.schema.json": `{"$ref":"` + server.URL + `"}`})
	request := map[string]any{"chart": chart, "skipSchemaValidation": true}
	if code, _ := post[wire.TemplateResponse](t, service, "template", request); code != http.StatusOK {
		t.Errorf("without the schema it is answered with %d", code)
	}
	if asked.Load() != 0 {
		t.Errorf("the server was asked %d times", asked.Load())
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
