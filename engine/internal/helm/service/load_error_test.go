package service

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"seatrial/engine/internal/helm/helmtest"
	"seatrial/engine/internal/helm/wire"
)

func TestChartsThatCannotBeLoadedSayWhere(t *testing.T) {
	broken := "a: b\n c: d\n"
	cases := []struct {
		name    string
		files   helmtest.Files
		file    string
		line    int
		message string
	}{
		{"broken Chart.yaml", helmtest.Files{"Chart.yaml": "apiVersion: v2\nname: web\n version: 1\n"}, "web/Chart.yaml", 3, "mapping values"},
		{"an invalid version", helmtest.Files{"Chart.yaml": "apiVersion: v2\nname: web\nversion: abc\n"}, "web/Chart.yaml", 0, `"abc" is invalid`},
		{"no Chart.yaml", helmtest.Files{"Chart.yaml": ""}, "", 0, "Chart.yaml file is missing"},
		{"an ignored Chart.yaml", helmtest.Files{".helmignore": "*.md\n!README.md\n"}, "web/.helmignore", 0, ".helmignore excludes Chart.yaml"},
		{"a kubeVersion that is not a range", helmtest.Files{
			"Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\nkubeVersion: latest\n",
		}, "", 0, `kubeVersion "latest" is not a range of versions`},
		{"broken values.yaml", helmtest.Files{"values.yaml": broken}, "web/values.yaml", 2, "mapping values"},
		{"broken values.yaml of a sub-chart", helmtest.Files{
			"charts/sub/Chart.yaml":  "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
			"charts/sub/values.yaml": broken,
		}, "web/charts/sub/values.yaml", 2, "mapping values"},
		{"a chart of the next kind", helmtest.Files{"Chart.yaml": "apiVersion: v3\nname: web\nversion: 1.2.3\n"}, "", 0, "apiVersion v3"},
		{"an unknown kind of chart", helmtest.Files{"Chart.yaml": "apiVersion: v9\nname: web\nversion: 1.2.3\n"}, "", 0, "unsupported chart version"},
		{"a library", helmtest.Files{"Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\ntype: library\n"}, "", 0, "not installable"},
	}
	service := newTestService(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			refused := postForError(t, service, "template", http.StatusUnprocessableEntity, map[string]any{"chart": helmtest.WriteChart(t, c.files)})
			if refused.Code != wire.CodeLoad {
				t.Errorf("code is %q: %s", refused.Code, refused.Message)
			}
			if refused.File != c.file || refused.Line != c.line {
				t.Errorf("place is %s:%d, want %s:%d", refused.File, refused.Line, c.file, c.line)
			}
			if !strings.Contains(refused.Message, c.message) {
				t.Errorf("message %q lacks %q", refused.Message, c.message)
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
	refused := postForError(t, service, "template", http.StatusUnprocessableEntity, map[string]any{"chart": path})
	if refused.Code != wire.CodeLoad || !strings.Contains(refused.Message, "does not appear to be a gzipped archive") {
		t.Errorf("got %s: %s", refused.Code, refused.Message)
	}
	refused = postForError(t, service, "template", http.StatusUnprocessableEntity, map[string]any{"chart": "/nowhere/at/all"})
	if refused.Code != wire.CodeLoad || refused.Message != "there is no chart at /nowhere/at/all" {
		t.Errorf("got %s: %s", refused.Code, refused.Message)
	}
	refused = postForError(t, service, "template", http.StatusBadRequest, map[string]any{"chart": "charts/web"})
	if refused.Code != wire.CodeRequest {
		t.Errorf("a relative path is a %s error", refused.Code)
	}
}

func TestValuesErrorsNameTheFile(t *testing.T) {
	chart := helmtest.WriteChart(t, nil)
	dir := t.TempDir()
	helmtest.WriteFiles(t, dir, helmtest.Files{"broken.yaml": "a: b\n c: d\n", "good.yaml": "replicas: 2\n"})
	broken, good, missing := filepath.Join(dir, "broken.yaml"), filepath.Join(dir, "good.yaml"), filepath.Join(dir, "missing.yaml")
	service := newTestService(t)

	refused := postForError(t, service, "template", http.StatusUnprocessableEntity, map[string]any{"chart": chart, "valueFiles": []string{good, broken}})
	if refused.Code != wire.CodeValues || refused.File != broken || refused.Line != 2 {
		t.Errorf("got %s at %s:%d", refused.Code, refused.File, refused.Line)
	}
	refused = postForError(t, service, "template", http.StatusUnprocessableEntity, map[string]any{"chart": chart, "valueFiles": []string{missing}})
	if refused.Code != wire.CodeValues || refused.File != missing {
		t.Errorf("got %s at %s", refused.Code, refused.File)
	}
	refused = postForError(t, service, "template", http.StatusUnprocessableEntity, map[string]any{"chart": chart, "setJson": []string{"a={"}})
	if refused.Code != wire.CodeValues || !strings.Contains(refused.Message, "--set-json") {
		t.Errorf("got %s: %s", refused.Code, refused.Message)
	}
}

// Helm reads "-" from standard input, which for the engine is its lifeline.
func TestValuesNeverComeFromStandardInput(t *testing.T) {
	service := newTestService(t)
	for name, request := range map[string]map[string]any{
		"valueFiles": {"valueFiles": []string{"-"}},
		"setFile":    {"setFile": []string{"a=-"}},
	} {
		request["chart"] = helmtest.WriteChart(t, nil)
		if refused := postForError(t, service, "template", http.StatusBadRequest, request); refused.Code != wire.CodeRequest {
			t.Errorf("%s: got %s: %s", name, refused.Code, refused.Message)
		}
	}
}
