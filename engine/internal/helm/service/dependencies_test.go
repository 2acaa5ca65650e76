package service

import (
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"seatrial/engine/internal/helm/chart"
	"seatrial/engine/internal/helm/helmtest"
	"seatrial/engine/internal/helm/wire"
)

// writeParent writes a chart that depends on a neighbouring directory, once under an alias.
func writeParent(t testing.TB) string {
	t.Helper()
	root := t.TempDir()
	helmtest.WriteFiles(t, root, helmtest.Files{
		"web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\ndependencies:\n" +
			"- name: sub\n  version: 1.x\n  repository: file://../sub\n" +
			"- name: sub\n  version: 1.x\n  repository: file://../sub\n  alias: other\n",
		"web/templates/a.yaml": "kind: A\n",
		"web/values.yaml":      "other:\n  size: 7\n",
		"sub/Chart.yaml":       "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
		"sub/values.yaml":      "size: 1\n",
		"sub/templates/s.yaml": "kind: S\nname: {{ .Chart.Name }}\nsize: {{ .Values.size }}\n",
	})
	return filepath.Join(root, "web")
}

func filesIn(t testing.TB, dir string) []string {
	t.Helper()
	names := map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			name, _ := filepath.Rel(dir, path)
			names[name] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(names))
}

func TestDependenciesFromDirectoriesAreBuiltOffline(t *testing.T) {
	chart := writeParent(t)
	service := newTestService(t)
	before := filesIn(t, chart)
	code, list := post[wire.DependencyListResponse](t, service, "dependency-list", map[string]any{"chart": chart})
	if code != http.StatusOK || len(list.Dependencies) != 2 || list.Dependencies[1] != (wire.Dependency{Name: "sub", Version: "1.x", Repository: "file://../sub", Status: "missing"}) {
		t.Fatalf("got %d: %+v", code, list)
	}
	refused := postForError(t, service, "template", http.StatusUnprocessableEntity, map[string]any{"chart": chart})
	if refused.Code != wire.CodeDependency || refused.File != "web/Chart.yaml" || len(refused.Failures) != 2 || !strings.Contains(refused.Message, "missing in charts/ directory: sub") {
		t.Errorf("got %+v", refused)
	}
	if got := filesIn(t, chart); !slices.Equal(got, before) {
		t.Errorf("the chart's directory has changed: %v", got)
	}
	code, built := post[wire.DependencyBuildResponse](t, service, "dependency-build", map[string]any{"chart": chart})
	if code != http.StatusOK || !strings.Contains(built.Output, "Saving 2 charts") {
		t.Fatalf("got %d: %+v", code, built)
	}
	want := append(slices.Clone(before), "Chart.lock", "charts/sub-1.0.0.tgz")
	slices.Sort(want)
	if got := filesIn(t, chart); !slices.Equal(got, want) {
		t.Errorf("the chart's directory has %v, want %v", got, want)
	}
	got := mustTemplate(t, service, map[string]any{"chart": chart})
	if !strings.Contains(got.Manifest, "name: sub\nsize: 1\n") || !strings.Contains(got.Manifest, "name: other\nsize: 7\n") {
		t.Errorf("the manifest is\n%s", got.Manifest)
	}
	_, list = post[wire.DependencyListResponse](t, service, "dependency-list", map[string]any{"chart": chart})
	if list.Dependencies[0].Status != "ok" {
		t.Errorf("the status is %q", list.Dependencies[0].Status)
	}
}

func TestDependencyUpdateBuildsWhatIsMissing(t *testing.T) {
	chart := writeParent(t)
	got := mustTemplate(t, newTestService(t), map[string]any{"chart": chart, "dependencyUpdate": true})
	if !strings.Contains(got.Manifest, "name: other\nsize: 7\n") {
		t.Errorf("the manifest is\n%s", got.Manifest)
	}
}

func TestBuildsOfTheSameChartDoNotInterfere(t *testing.T) {
	chart := writeParent(t)
	service := newTestService(t)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if code, built := post[wire.DependencyBuildResponse](t, service, "dependency-build", map[string]any{"chart": chart}); code != http.StatusOK {
				t.Errorf("got %d: %+v", code, built)
			}
		})
	}
	group.Wait()
}

func TestAnUnreachableRepositoryIsADependencyErrorInTime(t *testing.T) {
	limit := 2 * chart.DownloadTimeout
	for name, repository := range map[string]string{"http": "http://127.0.0.1:9/charts", "oci": "oci://127.0.0.1:9/charts"} {
		t.Run(name, func(t *testing.T) {
			chart := helmtest.WriteChart(t, helmtest.Files{"Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\ndependencies:\n- name: redis\n  version: 1.x\n  repository: " + repository + "\n"})
			service := newTestService(t)
			started := time.Now()
			for verb, request := range map[string]map[string]any{
				"dependency-build": {"chart": chart},
				"template":         {"chart": chart, "dependencyUpdate": true},
			} {
				refused := postForError(t, service, verb, http.StatusUnprocessableEntity, request)
				if refused.Code != wire.CodeDependency || refused.File != "web/Chart.yaml" || !strings.Contains(refused.Message, "connection refused") {
					t.Errorf("%s: got %s in %q: %s", verb, refused.Code, refused.File, refused.Message)
				}
			}
			if took := time.Since(started); took > limit {
				t.Errorf("it took %s", took)
			}
		})
	}
}
