package helm

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"helm.sh/helm/v4/pkg/chart/loader/archive"
)

// The verbs that do nothing but answer. The corpus names them by their index.
var fuzzedVerbs = []string{
	"lint", "template", "dependency-list", "install", "upgrade", "rollback", "uninstall",
	"test", "status", "history", "get-values", "get-manifest", "get-notes",
}

var knownCodes = []Code{
	CodeRequest, CodeLoad, CodeValues, CodeSchema, CodeTemplate, CodeDependency, CodeManifest,
	CodeReleaseNotFound, CodeReleaseExists, CodeCluster, CodeHook, CodeTimeout, CodeCancelled, CodeInternal,
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
	chart := writeChart(f, files{"templates/hook.yaml": hookTemplate})
	handler := newTestService(f).Handler()
	f.Fuzz(func(t *testing.T, index uint8, body []byte) {
		verb := fuzzedVerbs[int(index)%len(fuzzedVerbs)]
		body = bytes.ReplaceAll(body, []byte(chartToken), []byte(chart))
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/v1/"+verb, bytes.NewReader(body)))
		var answer struct {
			Error *Error `json:"error"`
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
		if answer.Error == nil || !slices.Contains(knownCodes, answer.Error.Code) || answer.Error.Message == "" {
			t.Fatalf("%s answers %d with %s", verb, recorder.Code, recorder.Body)
		}
		if answer.Error.Code == CodeInternal {
			t.Errorf("%s fails: %s", verb, answer.Error.Message)
		}
	})
}

// requestSeeds are what the client sends in the fixtures, and what is near the limits.
func requestSeeds(f *testing.F) map[string][][]byte {
	seeds := map[string][][]byte{}
	paths, err := filepath.Glob(filepath.Join(fixtureDir, "*.json"))
	if err != nil || len(paths) == 0 {
		f.Fatalf("no fixtures: %v", err)
	}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		var exchange fixture
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
		dir := writeChart(t, files{"Chart.yaml": string(chartFile), "values.yaml": string(values), "values.schema.json": string(schema)})
		for _, verb := range []string{"template", "lint"} {
			_, response := post[errorBody](t, service, verb, map[string]any{"chart": dir})
			if response.Error != nil && (response.Error.Code == CodeInternal || response.Error.Code == CodeCluster) {
				t.Errorf("%s: %s: %s", verb, response.Error.Code, response.Error.Message)
			}
		}
	})
}

// FuzzArchive reads anything as a packaged chart.
func FuzzArchive(f *testing.F) {
	content, err := os.ReadFile(writePackage(f, member{name: "web/templates/x.yaml", content: "a: b"}))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(content)
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "web.tgz")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		buffered, err := readArchive(path)
		for _, file := range buffered {
			if !filepath.IsLocal(file.Name) {
				t.Errorf("a file is called %q", file.Name)
			}
		}
		if total := sizeOf(buffered); err == nil && total > archive.MaxDecompressedChartSize {
			t.Errorf("%d bytes were read", total)
		}
	})
}

func sizeOf(buffered []*archive.BufferedFile) (total int64) {
	for _, file := range buffered {
		total += int64(len(file.Data))
	}
	return total
}

// FuzzErrorMessage reads places and objects out of any message.
func FuzzErrorMessage(f *testing.F) {
	for _, seed := range []string{
		"web/templates/x.yaml:3:12\n  executing \"web/templates/x.yaml\" at <fail \"no\">:\n    error calling fail: no",
		"parse error at (web/templates/x.yaml:3): unexpected EOF", "execution error at (web/templates/x.yaml:1:4): needed",
		"YAML parse error on web/templates/x.yaml: error converting YAML to JSON: yaml: line 4: did not find expected key",
		"cannot load values.yaml: yaml: unmarshal errors:\n  line 2: key \"a\" already set",
		"error unpacking subchart sub-1.tgz in web: cannot load Chart.yaml: yaml: line 1: x",
		schemaViolation + "web:\n- at '/replicas': got string, want integer\n",
		`resource mapping not found for name: "x" namespace: "" from "": no matches for kind "Foo" in version "g/v1"`,
		`object default/web apps/v1, Kind=Deployment: Deployment.apps "web" is invalid`, `resource Job/default/h not ready. status: InProgress`,
		"release has no 7 version", `Service "web" in namespace "ns" exists and cannot be imported`,
	} {
		f.Add(seed)
	}
	service := newTestService(f)
	f.Fuzz(func(t *testing.T, message string) {
		cause := errors.New(message)
		for _, failure := range []*Error{
			service.actionError(t.Context(), cause, failedAction{}),
			service.actionError(t.Context(), cause, failedAction{fallback: CodeTemplate}),
			loadError("/charts/web", cause),
		} {
			if failure.Line < 0 || failure.Column < 0 || !slices.Contains(knownCodes, failure.Code) {
				t.Errorf("%+v", failure)
			}
			if len(failure.Message) > maxMessageHead+maxMessageTail+200 || (utf8.ValidString(message) && !utf8.ValidString(failure.Message)) {
				t.Errorf("the message has %d bytes: %q", len(failure.Message), failure.Message)
			}
			for _, part := range failure.Failures {
				if part.Object != nil && part.Object.Kind == "" {
					t.Errorf("an object without a kind: %+v", part)
				}
			}
			if _, err := json.Marshal(failure); err != nil {
				t.Error(err)
			}
		}
	})
}
