package service

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seatrial/engine/internal/helm/helmtest"
	"seatrial/engine/internal/helm/wire"
)

const yamlBomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n" +
	"d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n" +
	"g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f,*f]\nh: &h [*g,*g,*g,*g,*g,*g,*g,*g,*g,*g]\n"

// The charts that cost time or memory without end, or more than there is.
var endless = map[string]struct {
	files   helmtest.Files
	code    wire.Code
	message string
	file    string
}{
	"a loop that does not end": {
		files: helmtest.Files{"templates/loop.yaml": "{{ range 9000000000000000000 }}{{ end }}"},
		code:  wire.CodeTimeout, message: "took more than 300ms and was stopped.", file: "web/templates/loop.yaml",
	},
	"a list of all numbers": {
		files: helmtest.Files{"templates/list.yaml": "{{ range until 1000000000 }}x{{ end }}"},
		code:  wire.CodeTemplate, message: "needs more than 1024 MiB of memory", file: "web/templates/list.yaml",
	},
	"a recursion that doubles": {
		files: helmtest.Files{
			"templates/_f.tpl":    `{{ define "f" }}{{ if lt (len .) 900 }}{{ include "f" (print . "x") }}{{ include "f" (print . "x") }}{{ end }}{{ end }}`,
			"templates/tree.yaml": `{{ include "f" "" }}`,
		},
		code: wire.CodeTimeout, message: "took more than 300ms", file: "web/templates/tree.yaml",
	},
	"a recursion that does not end": {
		files: helmtest.Files{"templates/_f.tpl": `{{ define "f" }}{{ include "f" . }}{{ end }}`, "templates/deep.yaml": `{{ include "f" . }}`},
		code:  wire.CodeTemplate, message: "nested reference name: f", file: "web/templates/_f.tpl",
	},
	"a template action that calls itself": {
		files: helmtest.Files{"templates/deep.yaml": `{{ define "g" }}{{ template "g" . }}{{ end }}{{ template "g" . }}`},
		code:  wire.CodeTemplate, message: "exceeded maximum template depth", file: "web/templates/deep.yaml",
	},
	"an output that grows without end": {
		files: helmtest.Files{"templates/out.yaml": `{{ range 9000000000000000000 }}{{ repeat 1000 "xxxxxxxxxx" }}{{ end }}`},
		code:  wire.CodeTemplate, message: "needs more than 1024 MiB of memory", file: "web/templates/out.yaml",
	},
	"an output above the limit": {
		files: helmtest.Files{"templates/NOTES.txt": `{{ repeat 70000000 "x" }}`},
		code:  wire.CodeTemplate, message: "of these 70000000 are from web/templates/NOTES.txt", file: "web/templates/NOTES.txt",
	},
	"one string above the memory": {
		files: helmtest.Files{"templates/out.yaml": `{{ repeat 100000000000 "x" }}`},
		code:  wire.CodeTemplate, message: "needs more than 1024 MiB of memory", file: "web/templates/out.yaml",
	},
	"a bomb in values.yaml": {
		files: helmtest.Files{"values.yaml": yamlBomb},
		code:  wire.CodeLoad, message: "excessive aliasing", file: "web/values.yaml",
	},
	"a bomb in Chart.yaml": {
		files: helmtest.Files{"Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\n" + yamlBomb},
		code:  wire.CodeLoad, message: "excessive aliasing", file: "web/Chart.yaml",
	},
	"a bomb in a manifest": {
		files: helmtest.Files{"templates/bomb.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n" + yamlBomb},
		code:  wire.CodeManifest, message: "excessive aliasing", file: "web/templates/bomb.yaml",
	},
}

func TestAnEndlessChartIsRefusedAndTheServiceContinues(t *testing.T) {
	service := newIsolatingService(t)
	healthy := helmtest.WriteChart(t, nil)
	for name, chart := range endless {
		t.Run(name, func(t *testing.T) {
			request := map[string]any{"chart": helmtest.WriteChart(t, chart.files), "renderTimeout": "2m"}
			if chart.code == wire.CodeTimeout {
				request["renderTimeout"] = "300ms"
			}
			refused := postForError(t, service, "template", http.StatusUnprocessableEntity, request)
			if refused.Code != chart.code || !strings.Contains(refused.Message, chart.message) {
				t.Errorf("refused as %s: %s", refused.Code, refused.Message)
			}
			if chart.file != "" && refused.File != chart.file {
				t.Errorf("the file is %q, want %q: %s", refused.File, chart.file, refused.Message)
			}
			if code, _ := post[wire.TemplateResponse](t, service, "template", map[string]any{"chart": healthy}); code != http.StatusOK {
				t.Errorf("the next chart is answered with %d", code)
			}
		})
	}
}

func TestARegularExpressionThatBacktracksElsewhereEndsAtOnce(t *testing.T) {
	text := strings.Repeat("a", 50_000)
	chart := helmtest.WriteChart(t, helmtest.Files{"templates/re.yaml": `# {{ regexMatch "^(a+)+$" (print .Values.text "b") }}`, "values.yaml": "text: " + text})
	started := time.Now()
	code, response := post[wire.TemplateResponse](t, newTestService(t), "template", map[string]any{"chart": chart})
	if code != http.StatusOK || !strings.Contains(response.Manifest, "# false") {
		t.Errorf("answered %d with %.200q", code, response.Manifest)
	}
	if elapsed := time.Since(started); elapsed > 2*time.Second {
		t.Errorf("it took %s", elapsed)
	}
}

func TestABombInAValuesFileIsRefused(t *testing.T) {
	bomb := filepath.Join(t.TempDir(), "bomb.yaml")
	helmtest.WriteFiles(t, filepath.Dir(bomb), helmtest.Files{"bomb.yaml": yamlBomb})
	request := map[string]any{"chart": helmtest.WriteChart(t, nil), "valueFiles": []string{bomb}}
	for _, verb := range []string{"template", "lint"} {
		refused := postForError(t, newTestService(t), verb, http.StatusUnprocessableEntity, request)
		if refused.Code != wire.CodeValues || refused.File != bomb || !strings.Contains(refused.Message, "excessive aliasing") {
			t.Errorf("%s refused as %s in %q: %s", verb, refused.Code, refused.File, refused.Message)
		}
	}
}

func TestLintingAnEndlessChartIsRefused(t *testing.T) {
	service := newIsolatingService(t)
	request := map[string]any{"chart": helmtest.WriteChart(t, endless["a loop that does not end"].files), "renderTimeout": "300ms"}
	refused := postForError(t, service, "lint", http.StatusUnprocessableEntity, request)
	if refused.Code != wire.CodeTimeout || refused.File != "web/templates/loop.yaml" || !strings.HasPrefix(refused.Message, "linting the chart ") {
		t.Errorf("refused as %s in %q: %s", refused.Code, refused.File, refused.Message)
	}
}

func TestVerbsThatNeedTheClusterDoNotRenderAnEndlessChartInTheEngine(t *testing.T) {
	service := newIsolatingService(t)
	chart := helmtest.WriteChart(t, endless["a loop that does not end"].files)
	for verb, more := range map[string]map[string]any{"install": nil, "template": {"dryRun": "server"}} {
		request := map[string]any{"chart": chart, "releaseName": "web", "renderTimeout": "300ms"}
		for key, value := range more {
			request[key] = value
		}
		refused := postForError(t, service, verb, http.StatusUnprocessableEntity, request)
		if refused.Code != wire.CodeTimeout || refused.File != "web/templates/loop.yaml" {
			t.Errorf("%s refused as %s in %q: %s", verb, refused.Code, refused.File, refused.Message)
		}
	}
}

func TestTheDirectoryOfAWorkerIsRemovedWithIt(t *testing.T) {
	service := newIsolatingService(t)
	directories := func() []string {
		found, err := filepath.Glob(filepath.Join(service.config.WorkDir, "workers", "*"))
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	if err := service.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(directories()) != 1 {
		t.Fatalf("a warm service has the directories %v", directories())
	}
	if info, err := os.Stat(directories()[0]); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("its directory: %v %v", info, err)
	}
	service.Close()
	if len(directories()) != 0 {
		t.Errorf("a closed service leaves %v", directories())
	}
	refused := postForError(t, service, "template", http.StatusInternalServerError, map[string]any{"chart": helmtest.WriteChart(t, nil)})
	if !strings.Contains(refused.Message, "the engine is ending") {
		t.Errorf("after its end it answers %s", refused.Message)
	}
}
