package chart

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"

	"seatrial/engine/internal/helm/helmtest"
)

func TestTheWalkSeesWhatHelmsLoaderSees(t *testing.T) {
	chart := helmtest.WriteChart(t, helmtest.Files{
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
	helmtest.WriteFiles(t, elsewhere, helmtest.Files{".git/HEAD": "ref: refs/heads/main\n", "shared/one.yaml": "a: 1\n", "two.txt": "two"})
	helmtest.Link(t, filepath.Join(elsewhere, "shared"), filepath.Join(chart, "files", "linked"))
	helmtest.Link(t, filepath.Join(elsewhere, "two.txt"), filepath.Join(chart, "two.txt"))
	helmtest.Link(t, filepath.Join(elsewhere, "shared"), filepath.Join(chart, "secret"+"s"))
	helmtest.WriteFiles(t, chart, helmtest.Files{".helmignore": "*.bak\nsecret/\n/top.txt\nsecrets\n"})

	helms, err := loader.Load(chart)
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := newCache().load(chart)
	if err != nil {
		t.Fatal(err)
	}
	want, got := rawFiles(helms), rawFiles(loaded.Chart.(*chartv2.Chart))
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

func TestASymbolicLinkToADirectoryAboveItselfIsNotFollowed(t *testing.T) {
	chart := helmtest.WriteChart(t, nil)
	helmtest.Link(t, "..", filepath.Join(chart, "files", "up"))
	warnings := mustLoad(t, newCache(), chart).Warnings(nil, false)
	if len(warnings) != 1 || !strings.Contains(warnings[0].Message, "leads back to") {
		t.Errorf("it warns of %+v", warnings)
	}
}

func TestAChangedChartIsReadAgain(t *testing.T) {
	chart := helmtest.WriteChart(t, nil)
	cache := newCache()
	first := mustLoad(t, cache, chart)
	if again := mustLoad(t, cache, chart); again.Digest != first.Digest || cache.entries.Len() != 1 {
		t.Error("an unchanged chart has another digest")
	}
	seen := []string{first.Digest}
	step := func(what string) {
		t.Helper()
		digest := mustLoad(t, cache, chart).Digest
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
	helmtest.WriteFiles(t, chart, helmtest.Files{"values.yaml": "replicas: 2\n"})
	if err := os.Chtimes(values, time.Time{}, info.ModTime().Add(time.Microsecond)); err != nil {
		t.Fatal(err)
	}
	step("a change of the same length")
	helmtest.WriteFiles(t, chart, helmtest.Files{"templates/new.yaml": "kind: Secret\n"})
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
	helmtest.WriteFiles(t, chart, helmtest.Files{".helmignore": "values.yaml\n"})
	step("an ignore rule")
}

func mustLoad(t testing.TB, store *cache, path string) *Loaded {
	t.Helper()
	loaded, err := store.load(path)
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

func TestAPackageHasTheDigestOfItsDirectory(t *testing.T) {
	dir := helmtest.WriteChart(t, helmtest.Files{"README.md": "hello"})
	unpacked, err := loader.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := chartutil.Save(unpacked, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	// Packaging rewrites Chart.yaml, so the directory to compare with is the unpacked package.
	target := t.TempDir()
	packed, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	if err := chartutil.Expand(target, bytes.NewReader(packed)); err != nil {
		t.Fatal(err)
	}
	cache := newCache()
	directory, file := mustLoad(t, cache, filepath.Join(target, "web")), mustLoad(t, cache, archive)
	if directory.Digest != file.Digest {
		t.Errorf("the directory has %s, the package %s", directory.Digest, file.Digest)
	}
}
