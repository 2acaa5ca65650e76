package helm

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestChartsThatCannotBeLoadedSayWhere(t *testing.T) {
	broken := "a: b\n c: d\n"
	cases := []struct {
		name    string
		files   files
		file    string
		line    int
		message string
	}{
		{"broken Chart.yaml", files{"Chart.yaml": "apiVersion: v2\nname: web\n version: 1\n"}, "web/Chart.yaml", 3, "mapping values"},
		{"an invalid version", files{"Chart.yaml": "apiVersion: v2\nname: web\nversion: abc\n"}, "web/Chart.yaml", 0, `"abc" is invalid`},
		{"no Chart.yaml", files{"Chart.yaml": ""}, "", 0, "Chart.yaml file is missing"},
		{"broken values.yaml", files{"values.yaml": broken}, "web/values.yaml", 2, "mapping values"},
		{"broken values.yaml of a sub-chart", files{
			"charts/sub/Chart.yaml":  "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
			"charts/sub/values.yaml": broken,
		}, "web/charts/sub/values.yaml", 2, "mapping values"},
		{"a chart of the next kind", files{"Chart.yaml": "apiVersion: v3\nname: web\nversion: 1.2.3\n"}, "", 0, "apiVersion v3"},
		{"an unknown kind of chart", files{"Chart.yaml": "apiVersion: v9\nname: web\nversion: 1.2.3\n"}, "", 0, "unsupported chart version"},
		{"a library", files{"Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\ntype: library\n"}, "", 0, "not installable"},
		{"the wrong Kubernetes", files{"Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\nkubeVersion: \">=9\"\n"}, "", 0, "chart requires kubeVersion: >=9"},
	}
	service := newTestService(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			failure := postForError(t, service, "template", http.StatusUnprocessableEntity, map[string]any{"chart": writeChart(t, c.files)})
			if failure.Code != CodeLoad {
				t.Errorf("code is %q: %s", failure.Code, failure.Message)
			}
			if failure.File != c.file || failure.Line != c.line {
				t.Errorf("place is %s:%d, want %s:%d", failure.File, failure.Line, c.file, c.line)
			}
			if !strings.Contains(failure.Message, c.message) {
				t.Errorf("message %q lacks %q", failure.Message, c.message)
			}
		})
	}
}

func TestAFileThatIsNoChartIsALoadError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "web.tgz")
	if err := os.WriteFile(path, []byte("hello"), 0o644); err != nil {
		t.Fatal(err)
	}
	service := newTestService(t)
	failure := postForError(t, service, "template", http.StatusUnprocessableEntity, map[string]any{"chart": path})
	if failure.Code != CodeLoad || !strings.Contains(failure.Message, "does not appear to be a gzipped archive") {
		t.Errorf("got %s: %s", failure.Code, failure.Message)
	}
	failure = postForError(t, service, "template", http.StatusUnprocessableEntity, map[string]any{"chart": "/nowhere/at/all"})
	if failure.Code != CodeLoad || failure.Message != "there is no chart at /nowhere/at/all" {
		t.Errorf("got %s: %s", failure.Code, failure.Message)
	}
	failure = postForError(t, service, "template", http.StatusBadRequest, map[string]any{"chart": "charts/web"})
	if failure.Code != CodeRequest {
		t.Errorf("a relative path is a %s error", failure.Code)
	}
}

func TestValuesErrorsNameTheFile(t *testing.T) {
	chart := writeChart(t, nil)
	dir := t.TempDir()
	writeFiles(t, dir, files{"broken.yaml": "a: b\n c: d\n", "good.yaml": "replicas: 2\n"})
	broken, good, missing := filepath.Join(dir, "broken.yaml"), filepath.Join(dir, "good.yaml"), filepath.Join(dir, "missing.yaml")
	service := newTestService(t)

	failure := postForError(t, service, "template", http.StatusUnprocessableEntity, map[string]any{"chart": chart, "valueFiles": []string{good, broken}})
	if failure.Code != CodeValues || failure.File != broken || failure.Line != 2 {
		t.Errorf("got %s at %s:%d", failure.Code, failure.File, failure.Line)
	}
	failure = postForError(t, service, "template", http.StatusUnprocessableEntity, map[string]any{"chart": chart, "valueFiles": []string{missing}})
	if failure.Code != CodeValues || failure.File != missing {
		t.Errorf("got %s at %s", failure.Code, failure.File)
	}
	failure = postForError(t, service, "template", http.StatusUnprocessableEntity, map[string]any{"chart": chart, "setJson": []string{"a={"}})
	if failure.Code != CodeValues || !strings.Contains(failure.Message, "--set-json") {
		t.Errorf("got %s: %s", failure.Code, failure.Message)
	}
}

// Helm reads "-" from standard input, which for the engine is its lifeline.
func TestValuesNeverComeFromStandardInput(t *testing.T) {
	service := newTestService(t)
	for name, request := range map[string]map[string]any{
		"valueFiles": {"valueFiles": []string{"-"}},
		"setFile":    {"setFile": []string{"a=-"}},
	} {
		request["chart"] = writeChart(t, nil)
		if failure := postForError(t, service, "template", http.StatusBadRequest, request); failure.Code != CodeRequest {
			t.Errorf("%s: got %s: %s", name, failure.Code, failure.Message)
		}
	}
}
