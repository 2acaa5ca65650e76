package helm

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
)

func TestTheWalkSeesWhatHelmsLoaderSees(t *testing.T) {
	chart := writeChart(t, files{
		".helmignore":            "*.bak\nsecret/\n/top.txt\n!keep.txt\n",
		"notes.bak":              "x",
		"top.txt":                "x",
		"sub/top.txt":            "x",
		"secret/key":             "x",
		"templates/.hidden.yaml": "x: y\n",
		"templates/_p.tpl":       "\xEF\xBB\xBF{{/* with a byte order mark */}}",
		"files/deep/a.json":      "{}",
		"charts/sub/Chart.yaml":  "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
		"crds/c.yaml":            "kind: CustomResourceDefinition\n",
	})
	// Charts of one repository share files by links.
	elsewhere := filepath.Dir(chart)
	writeFiles(t, elsewhere, files{".git/HEAD": "ref: refs/heads/main\n", "shared/one.yaml": "a: 1\n", "two.txt": "two"})
	link(t, filepath.Join(elsewhere, "shared"), filepath.Join(chart, "files", "linked"))
	link(t, filepath.Join(elsewhere, "two.txt"), filepath.Join(chart, "two.txt"))
	link(t, filepath.Join(elsewhere, "shared"), filepath.Join(chart, "secret"+"s"))
	writeFiles(t, chart, files{".helmignore": "*.bak\nsecret/\n/top.txt\nsecrets\n"})

	helms, err := loader.Load(chart)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := newChartCache().load(chart)
	if err != nil {
		t.Fatal(err)
	}
	want, got := rawFiles(helms), rawFiles(loaded.chart.(*chartv2.Chart))
	if !reflect.DeepEqual(want, got) {
		t.Errorf("Helm sees\n%q\nthe cache sees\n%q", want, got)
	}
	for _, name := range []string{"files/linked/one.yaml", "two.txt", "sub/top.txt"} {
		if _, ok := got[name]; !ok {
			t.Errorf("%s is missing", name)
		}
	}
}

func rawFiles(chart *chartv2.Chart) map[string]string {
	contents := map[string]string{}
	for _, file := range chart.Raw {
		contents[file.Name] = string(file.Data)
	}
	return contents
}

func link(t *testing.T, target, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
}

func TestASymbolicLinkToAFolderAboveItselfIsAnError(t *testing.T) {
	chart := writeChart(t, nil)
	link(t, "..", filepath.Join(chart, "files", "up"))
	_, err := newChartCache().load(chart)
	if err == nil || !strings.Contains(err.Error(), "leads back to") {
		t.Errorf("got %v", err)
	}
}

func TestAChangedChartIsReadAgain(t *testing.T) {
	chart := writeChart(t, nil)
	cache := newChartCache()
	first := mustLoad(t, cache, chart)
	if again := mustLoad(t, cache, chart); again.digest != first.digest || len(cache.entries) != 1 {
		t.Error("an unchanged chart has another digest")
	}
	seen := []string{first.digest}
	step := func(what string) {
		t.Helper()
		digest := mustLoad(t, cache, chart).digest
		if slices.Contains(seen, digest) {
			t.Errorf("%s is not noticed", what)
		}
		seen = append(seen, digest)
	}
	values := filepath.Join(chart, "values.yaml")
	info, err := os.Stat(values)
	if err != nil {
		t.Fatal(err)
	}
	writeFiles(t, chart, files{"values.yaml": "replicas: 2\n"})
	if err := os.Chtimes(values, time.Time{}, info.ModTime().Add(time.Microsecond)); err != nil {
		t.Fatal(err)
	}
	step("a change of the same length")
	writeFiles(t, chart, files{"templates/new.yaml": "kind: Secret\n"})
	step("a new file")
	if err := os.Rename(filepath.Join(chart, "templates/new.yaml"), filepath.Join(chart, "templates/renamed.yaml")); err != nil {
		t.Fatal(err)
	}
	step("a renamed file")
	if err := os.Remove(filepath.Join(chart, "templates/renamed.yaml")); err != nil {
		t.Fatal(err)
	}
	seen = seen[:1]
	step("a removed file")
	replaced := filepath.Join(t.TempDir(), "values.yaml")
	if err := os.WriteFile(replaced, []byte("replicas: 3\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	changed, err := os.Stat(values)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(replaced, time.Time{}, changed.ModTime()); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(replaced, values); err != nil {
		t.Fatal(err)
	}
	step("another file of the same size and time")
	writeFiles(t, chart, files{".helmignore": "values.yaml\n"})
	step("an ignore rule")
}

func mustLoad(t testing.TB, cache *chartCache, path string) *loadedChart {
	t.Helper()
	loaded, err := cache.load(path)
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

func TestAPackageHasTheDigestOfItsFolder(t *testing.T) {
	dir := writeChart(t, files{"README.md": "hello"})
	unpacked, err := loader.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := chartutil.Save(unpacked, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	// Packaging rewrites Chart.yaml, so the folder to compare with is the unpacked package.
	target := t.TempDir()
	packed, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	if err := chartutil.Expand(target, bytes.NewReader(packed)); err != nil {
		t.Fatal(err)
	}
	cache := newChartCache()
	folder, file := mustLoad(t, cache, filepath.Join(target, "web")), mustLoad(t, cache, archive)
	if folder.digest != file.digest {
		t.Errorf("the folder has %s, the package %s", folder.digest, file.digest)
	}
	code, response := post[templateResponse](t, newTestService(t), "template", map[string]any{"chart": archive})
	if code != http.StatusOK || !strings.Contains(response.Manifest, "# Source: web/templates/config.yaml") {
		t.Errorf("got %d: %s", code, response.Manifest)
	}
}

// A template can change what it is given, and so do aliases, conditions and import-values.
func TestRequestsDoNotSeeEachOthersChanges(t *testing.T) {
	chart := writeChart(t, files{
		"Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\nannotations:\n  a: original\ndependencies:\n" +
			"- name: sub\n  version: 1.0.0\n  alias: first\n  condition: first.enabled\n  import-values:\n  - child: data\n    parent: imported\n" +
			"- name: sub\n  version: 1.0.0\n  alias: second\n",
		"values.yaml":            "list:\n- name: original\ntable:\n  key: original\n",
		"charts/sub/Chart.yaml":  "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
		"charts/sub/values.yaml": "data:\n  port: 80\n",
		"charts/sub/templates/s.yaml": "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Chart.Name }}-{{ .Values.data.port }}\n" +
			"{{- $_ := set .Values.data \"port\" \"changed\" }}\n",
		"templates/config.yaml": "kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: a\ndata:\n" +
			"  text: {{ .Values.table.key }} {{ (index .Values.list 0).name }} {{ .Chart.Annotations.a }}\n" +
			"{{- $_ := set .Values.table \"key\" \"changed\" }}{{ $_ := set (index .Values.list 0) \"name\" \"changed\" }}\n",
	})
	service := newTestService(t)
	code, want := post[templateResponse](t, service, "template", map[string]any{"chart": chart})
	if code != http.StatusOK {
		t.Fatal(postForError(t, service, "template", code, map[string]any{"chart": chart}))
	}
	if !strings.Contains(want.Manifest, "text: original original original") || !strings.Contains(want.Manifest, "name: second-80") {
		t.Fatalf("unexpected manifest:\n%s", want.Manifest)
	}
	var group sync.WaitGroup
	for i := range 40 {
		group.Go(func() {
			request := map[string]any{"chart": chart}
			if i%2 == 0 {
				request["set"] = []string{"first.enabled=false", "table.key=other"}
			}
			code, got := post[templateResponse](t, service, "template", request)
			if code != http.StatusOK {
				t.Errorf("request %d answered %d", i, code)
			} else if i%2 == 0 && strings.Contains(got.Manifest, "first") {
				t.Errorf("request %d has a disabled dependency", i)
			} else if i%2 == 1 && got.Manifest != want.Manifest {
				t.Errorf("request %d has another manifest:\n%s", i, got.Manifest)
			}
		})
	}
	group.Wait()
}
