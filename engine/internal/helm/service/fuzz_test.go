package service

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"seatrial/engine/internal/helm/helmtest"
	"seatrial/engine/internal/helm/wire"
)

// The verbs that do nothing but answer. The corpus names them by their index.
var fuzzedVerbs = []string{
	"lint", "template", "dependency-list", "install", "upgrade", "rollback", "uninstall",
	"test", "status", "history",
}

// chartToken stands for the path of a chart in the bodies that are tried.
const chartToken = "/CHART"

// FuzzRequest sends any body to any verb of a service without a cluster.
func FuzzRequest(f *testing.F) {
	for verb, seeds := range requestSeeds(f) {
		for _, seed := range seeds {
			f.Add(uint8(slices.Index(fuzzedVerbs, verb)), seed)
		}
	}
	chart := helmtest.WriteChart(f, helmtest.Files{"templates/hook.yaml": helmtest.HookTemplate})
	handler := handlerOf(newTestService(f))
	f.Fuzz(func(t *testing.T, index uint8, body []byte) {
		verb := fuzzedVerbs[int(index)%len(fuzzedVerbs)]
		body = bytes.ReplaceAll(body, []byte(chartToken), []byte(chart))
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/v1/"+verb, bytes.NewReader(body)))
		var answer struct {
			Error *wire.Error `json:"error"`
		}
		if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil {
			t.Fatalf("%s answers %d with %q: %v", verb, recorder.Code, recorder.Body, err)
		}
		if recorder.Code == http.StatusOK {
			if answer.Error != nil {
				t.Errorf("%s succeeds with an error: %s", verb, recorder.Body)
			}
			return
		}
		if answer.Error == nil || !slices.Contains(wire.Codes, answer.Error.Code) || answer.Error.Message == "" {
			t.Fatalf("%s answers %d with %s", verb, recorder.Code, recorder.Body)
		}
		if answer.Error.Code == wire.CodeInternal {
			t.Errorf("%s fails: %s", verb, answer.Error.Message)
		}
	})
}

// requestSeeds are what the client sends in the fixtures, and what is near the limits.
func requestSeeds(f *testing.F) map[string][][]byte {
	seeds := map[string][][]byte{}
	paths, err := filepath.Glob(filepath.Join("../../../../fixtures/helm", "*.json"))
	if err != nil || len(paths) == 0 {
		f.Fatalf("no fixtures: %v", err)
	}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		var exchange struct {
			Endpoint string          `json:"endpoint"`
			Request  json.RawMessage `json:"request"`
		}
		if err := json.Unmarshal(content, &exchange); err != nil {
			f.Fatal(err)
		}
		if verb := strings.TrimPrefix(exchange.Endpoint, "POST /v1/"); slices.Contains(fuzzedVerbs, verb) {
			seeds[verb] = append(seeds[verb], exchange.Request)
		}
	}
	for _, fields := range []string{
		`"set":["a.b[3].c={1,2}","d=null"],"setString":["e=1e6"],"setJson":["f={\"g\":[1]}"],"setLiteral":["h=a,b"]`,
		`"set":["a[65537]=1"]`, `"setFile":["a=/CHART/values.yaml"]`, `"valueFiles":["/CHART/values.yaml"]`,
		`"kubeVersion":"v1.30.1","apiVersions":["x/v1"],"showOnly":["templates/*.yaml"],"includeCrds":true,"skipTests":true`,
		`"releaseName":"x","isUpgrade":true,"noHooks":true,"renderTimeout":"1s"`,
	} {
		seeds["template"] = append(seeds["template"], []byte(`{"chart":"/CHART",`+fields+`}`))
	}
	seeds["lint"] = append(seeds["lint"], []byte(`{"chart":"/CHART","strict":true,"withSubcharts":true,"set":["a=b"]}`))
	return seeds
}

// FuzzChart loads, renders and lints charts whose files hold anything but templates.
func FuzzChart(f *testing.F) {
	f.Add([]byte("apiVersion: v2\nname: web\nversion: 1.2.3\ndependencies:\n- name: sub\n  version: 1\n  import-values: [a, {child: b, parent: c}]\n"),
		[]byte("replicas: 1\nglobal: {a: [1, 2]}\n"), []byte(`{"type":"object","properties":{"replicas":{"type":"integer"}}}`))
	f.Add([]byte("apiVersion: v1\nname: web\nversion: 0\n"), []byte(yamlBomb), []byte(`{"$ref":"#"}`))
	f.Add([]byte("apiVersion: v3\nname: web\nversion: 1.0.0\n"), []byte("- a\n"), []byte(`true`))
	service := newTestService(f)
	f.Fuzz(func(t *testing.T, chartFile, values, schema []byte) {
		dir := helmtest.WriteChart(t, helmtest.Files{"Chart.yaml": string(chartFile), "values.yaml": string(values), "values.schema.json": string(schema)})
		for _, verb := range []string{"template", "lint"} {
			_, response := post[errorBody](t, service, verb, map[string]any{"chart": dir})
			if response.Error != nil && (response.Error.Code == wire.CodeInternal || response.Error.Code == wire.CodeCluster) {
				t.Errorf("%s: %s: %s", verb, response.Error.Code, response.Error.Message)
			}
		}
	})
}
