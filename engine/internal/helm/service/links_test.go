package service

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"seatrial/engine/internal/helm/helmtest"
	"seatrial/engine/internal/helm/wire"
)

func TestALinkOutOfTheSourceTreeIsWarnedOfAndNotFollowed(t *testing.T) {
	service := newTestService(t)
	secret := filepath.Join(t.TempDir(), "secret.txt")
	helmtest.WriteFiles(t, filepath.Dir(secret), helmtest.Files{"secret.txt": "top: secret"})
	for _, location := range []string{"templates/leak.yaml", "files/leak.txt", "LICENSE"} {
		for target, why := range map[string]string{
			secret:                  "it leads out of ",
			filepath.Dir(secret):    "it leads out of ",
			"/etc/passwd":           "it leads out of ",
			"/dev/zero":             "it leads out of ",
			"../../../nothing":      "nothing exists there",
			filepath.Base(location): "it leads to itself",
			"..":                    "it leads ",
		} {
			chart := helmtest.WriteChart(t, helmtest.Files{"templates/read.yaml": `# {{ .Files.Get "files/leak.txt" }}{{ .Files.Get "LICENSE" }}`})
			helmtest.Link(t, target, filepath.Join(chart, location))
			for _, verb := range []string{"template", "lint"} {
				code, answer := post[warned](t, service, verb, map[string]any{"chart": chart})
				if code != http.StatusOK || answer.errors() != "" {
					t.Fatalf("%s with %s to %s is answered with %d: %v%s", verb, location, target, code, answer.Error, answer.errors())
				}
				if len(answer.Warnings) != 1 || answer.Warnings[0].File != "web/"+location || !strings.Contains(answer.Warnings[0].Message, why) {
					t.Errorf("%s with %s to %s warns of %+v", verb, location, target, answer.Warnings)
				}
				if text := fmt.Sprint(answer); strings.Contains(text, "top: secret") || strings.Contains(text, "root:") {
					t.Errorf("%s reveals the content of the file: %s", verb, text)
				}
			}
		}
	}
}

func TestALinkWithinTheSourceTreeIsFollowed(t *testing.T) {
	for name, files := range map[string]helmtest.Files{
		"a checkout":                         {".git/HEAD": "x", "text": "from the tree"},
		"an archive with a license":          {"LICENSE": "x", "text": "from the tree"},
		"an archive with a README in charts": {"charts/README.md": "x", "Makefile": "x", "text": "from the tree"},
	} {
		t.Run(name, func(t *testing.T) {
			tree := t.TempDir()
			helmtest.WriteFiles(t, tree, files)
			chart := movedChart(t, filepath.Join(tree, "charts", "web"))
			helmtest.Link(t, "../../../text", filepath.Join(chart, "files", "text"))
			expectText(t, chart, "from the tree")
		})
	}
}

func TestALinkToTheDirectoryOfSeveralChartsIsFollowed(t *testing.T) {
	tree := t.TempDir()
	helmtest.WriteFiles(t, tree, helmtest.Files{"lib/Chart.yaml": "x", "shared/text": "from the tree"})
	chart := movedChart(t, filepath.Join(tree, "web"))
	helmtest.Link(t, "../../shared/text", filepath.Join(chart, "files", "text"))
	expectText(t, chart, "from the tree")
}

func TestADirectoryThatEverybodyMayWriteOrAHomeIsNotASourceTree(t *testing.T) {
	for name, prepare := range map[string]func(tree string) error{
		"everybody may write": func(tree string) error { return os.Chmod(tree, 0o777) },
		"it is the home":      func(tree string) error { return os.Setenv("HOME", tree) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("HOME", os.Getenv("HOME"))
			tree := t.TempDir()
			helmtest.WriteFiles(t, tree, helmtest.Files{".git/HEAD": "x", "LICENSE": "x", "text": "from outside"})
			chart := movedChart(t, filepath.Join(tree, "web"))
			helmtest.Link(t, "../../text", filepath.Join(chart, "files", "text"))
			if err := prepare(tree); err != nil {
				t.Fatal(err)
			}
			_, answer := post[warned](t, newTestService(t), "template", map[string]any{"chart": chart})
			if len(answer.Warnings) != 1 {
				t.Errorf("it answers %+v", answer)
			}
		})
	}
}

func TestAChartThatFailsWithoutALinkedFileCouldNotBeRead(t *testing.T) {
	service := newTestService(t)
	for _, link := range []string{"templates/_helpers.tpl", "charts/sub"} {
		chart := helmtest.WriteChart(t, helmtest.Files{
			"Chart.yaml":        "apiVersion: v2\nname: web\nversion: 1.2.3\ndependencies: [{name: sub, version: 1.0.0}]\n",
			"templates/x.yaml":  `# {{ include "helper" . }}`,
			"charts/x/values":   "x",
			"templates/y/empty": "x",
		})
		helmtest.Link(t, "/etc", filepath.Join(chart, link))
		refused := postForError(t, service, "template", http.StatusBadRequest, map[string]any{"chart": chart})
		if refused.Code != wire.CodeRequest || !strings.Contains(refused.Message, "the link "+link+" to /etc was not followed") {
			t.Errorf("refused as %s: %s", refused.Code, refused.Message)
		}
	}
}

// movedChart writes a chart that shows its file files/text.
func movedChart(t *testing.T, path string) string {
	t.Helper()
	chart := helmtest.WriteChart(t, helmtest.Files{"templates/config.yaml": "kind: X\nmetadata: {name: '{{ .Files.Get \"files/text\" }}'}\n"})
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(chart, path); err != nil {
		t.Fatal(err)
	}
	return path
}

func expectText(t *testing.T, chart, text string) {
	t.Helper()
	code, answer := post[wire.TemplateResponse](t, newTestService(t), "template", map[string]any{"chart": chart})
	if code != http.StatusOK || len(answer.Warnings) > 0 || !strings.Contains(answer.Manifest, "'"+text+"'") {
		t.Fatalf("it is answered with %d: %s, %+v", code, answer.Manifest, answer.Warnings)
	}
}
