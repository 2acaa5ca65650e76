// Package helmtest writes charts and releases for the tests of the Helm packages.
package helmtest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Files maps paths to contents.
type Files map[string]string

// Two hooks, of an installation and of a test.
const (
	HookTemplate = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: migrate\n  annotations:\n" +
		"    helm.sh/hook: pre-install,pre-upgrade\n    helm.sh/hook-weight: \"-5\"\n    helm.sh/hook-delete-policy: hook-succeeded\n"
	TestTemplate = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: ping\n  annotations:\n    helm.sh/hook: test\n"
)

// WriteChart writes a small valid chart called web, changed by the given files, and returns its
// directory. An empty content removes a file.
func WriteChart(t testing.TB, changes Files) string {
	t.Helper()
	content := Files{
		"Chart.yaml":  "apiVersion: v2\nname: web\nversion: 1.2.3\nappVersion: \"9\"\n",
		"values.yaml": "replicas: 1\n",
		"templates/config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n" +
			"data:\n  replicas: {{ .Values.replicas | quote }}\n",
	}
	maps.Copy(content, changes)
	dir := filepath.Join(t.TempDir(), "web")
	WriteFiles(t, dir, content)
	return dir
}

// WriteFiles writes the files that have a content below dir.
func WriteFiles(t testing.TB, dir string, content Files) {
	t.Helper()
	for name, text := range content {
		if text == "" {
			continue
		}
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// Link makes a symbolic link and the directories above it.
func Link(t testing.TB, target, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
}

// Member is one entry of a package. With a Size its content is that many zero bytes.
type Member struct {
	Name, Content string
	Size          int64
}

// WritePackage writes a packaged chart called web with the given entries next to its Chart.yaml.
func WritePackage(t testing.TB, members ...Member) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "web-1.2.3.tgz")
	var content bytes.Buffer
	zip := gzip.NewWriter(&content)
	archive := tar.NewWriter(zip)
	for _, m := range append([]Member{{Name: "web/Chart.yaml", Content: "apiVersion: v2\nname: web\nversion: 1.2.3\n"}}, members...) {
		size := max(m.Size, int64(len(m.Content)))
		if err := archive.WriteHeader(&tar.Header{Name: m.Name, Mode: 0o644, Size: size}); err != nil {
			t.Fatal(err)
		}
		var source io.Reader = strings.NewReader(m.Content)
		if m.Size > 0 {
			source = io.LimitReader(zeros{}, m.Size)
		}
		if _, err := io.Copy(archive, source); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

type zeros struct{}

func (zeros) Read(into []byte) (int, error) {
	clear(into)
	return len(into), nil
}
