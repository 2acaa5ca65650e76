package helm

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// member is one entry of a package; its content is as many bytes of zeros when size is set.
type member struct {
	name, content string
	size          int64
}

func writePackage(t testing.TB, members ...member) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "web-1.2.3.tgz")
	var content bytes.Buffer
	zip := gzip.NewWriter(&content)
	archive := tar.NewWriter(zip)
	for _, m := range append([]member{{name: "web/Chart.yaml", content: "apiVersion: v2\nname: web\nversion: 1.2.3\n"}}, members...) {
		size := max(m.size, int64(len(m.content)))
		if err := archive.WriteHeader(&tar.Header{Name: m.name, Mode: 0o644, Size: size}); err != nil {
			t.Fatal(err)
		}
		var source io.Reader = strings.NewReader(m.content)
		if m.size > 0 {
			source = io.LimitReader(zeros{}, m.size)
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

func TestAPackageThatReachesOutsideOrBurstsIsRefused(t *testing.T) {
	service := newTestService(t)
	victim := filepath.Join(t.TempDir(), "victim")
	for name, hostile := range map[string]struct {
		member  member
		message string
	}{
		"an absolute member":       {member{name: "web/" + victim, content: "x"}, "illegally contains absolute paths"},
		"a member above":           {member{name: "web/../../victim", content: "x"}, "illegally references parent directory"},
		"a member without a chart": {member{name: "victim", content: "x"}, "outside the base directory"},
		"a member that bursts":     {member{name: "web/files/zeros", size: 200 << 20}, "larger than the maximum size 104857600"},
	} {
		t.Run(name, func(t *testing.T) {
			chart := writePackage(t, hostile.member)
			for _, verb := range []string{"template", "lint"} {
				refused := postForError(t, service, verb, http.StatusUnprocessableEntity, map[string]any{"chart": chart})
				if refused.Code != CodeLoad || !strings.Contains(refused.Message, hostile.message) {
					t.Errorf("%s refused as %s: %s", verb, refused.Code, refused.Message)
				}
			}
		})
	}
	if _, err := os.Lstat(victim); err == nil {
		t.Error("the package has written outside its folder")
	}
}

func TestALinkOutOfTheChartIsRefused(t *testing.T) {
	service := newTestService(t)
	secret := filepath.Join(t.TempDir(), "secret.txt")
	writeFiles(t, filepath.Dir(secret), files{"secret.txt": "top: secret"})
	for _, place := range []string{"templates/leak.yaml", "files/leak.txt"} {
		for _, target := range []string{secret, filepath.Dir(secret), "/etc"} {
			chart := writeChart(t, files{"templates/read.yaml": `# {{ .Files.Get "files/leak.txt" }}`})
			link(t, target, filepath.Join(chart, place))
			for _, verb := range []string{"template", "lint"} {
				refused := postForError(t, service, verb, http.StatusUnprocessableEntity, map[string]any{"chart": chart})
				if refused.Code != CodeLoad || !strings.Contains(refused.Message, " leads to "+target+", outside of "+chart) {
					t.Errorf("%s refused as %s: %s", verb, refused.Code, refused.Message)
				}
			}
		}
	}
}

func TestFilesGetReadsNothingOutsideTheChart(t *testing.T) {
	chart := writeChart(t, files{
		"inside.txt":         "inside",
		"templates/all.yaml": "# {{ .Files.Get \"../outside.txt\" }}{{ .Files.Get \"/etc/hostname\" }}{{ range $n, $_ := .Files.Glob \"../**\" }}{{ $n }}{{ end }}\nkind: X\nmetadata: {name: \"{{ .Files.Get \"inside.txt\" }}\"}\n",
	})
	writeFiles(t, filepath.Dir(chart), files{"outside.txt": "outside"})
	code, response := post[templateResponse](t, newTestService(t), "template", map[string]any{"chart": chart, "showOnly": []string{"templates/all.yaml"}})
	if code != http.StatusOK || !strings.Contains(response.Manifest, "# \nkind: X\nmetadata: {name: \"inside\"}") {
		t.Errorf("%d: %s", code, response.Manifest)
	}
}

func TestAFolderWithTooManyFilesIsRefused(t *testing.T) {
	chart := writeChart(t, nil)
	for i := range maxChartFiles {
		if err := os.WriteFile(filepath.Join(chart, "templates", fmt.Sprint(i)), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, verb := range []string{"template", "lint"} {
		refused := postForError(t, newTestService(t), verb, http.StatusUnprocessableEntity, map[string]any{"chart": chart})
		if refused.Code != CodeLoad || !strings.Contains(refused.Message, "more than 20000 files and folders") {
			t.Errorf("%s refused as %s: %s", verb, refused.Code, refused.Message)
		}
	}
}

func TestFilesWithoutEndAreRefusedBeforeTheyAreRead(t *testing.T) {
	service := newTestService(t)
	folder := t.TempDir()
	pipe, sparse := filepath.Join(folder, "pipe"), filepath.Join(folder, "sparse.yaml")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	writeFiles(t, folder, files{"sparse.yaml": "a: 1\n"})
	if err := os.Truncate(sparse, 1<<30); err != nil {
		t.Fatal(err)
	}
	chart := writeChart(t, nil)
	ignoring := writeChart(t, nil)
	link(t, pipe, filepath.Join(ignoring, ".helmignore"))
	large := writeChart(t, files{"files/large": "x"})
	if err := os.Truncate(filepath.Join(large, "files/large"), 1<<30); err != nil {
		t.Fatal(err)
	}
	for name, refusal := range map[string]struct {
		request map[string]any
		code    Code
		message string
	}{
		"a file of 1 GiB":           {map[string]any{"chart": large}, CodeLoad, "with its file files/large it has 10737"},
		"values of 1 GiB":           {map[string]any{"chart": chart, "valueFiles": []string{sparse}}, CodeValues, "has 1073741824 bytes, the limit is 67108864"},
		"values from a pipe":        {map[string]any{"chart": chart, "valueFiles": []string{pipe}}, CodeValues, "is a named pipe, not a file"},
		"values from a device":      {map[string]any{"chart": chart, "valueFiles": []string{"/dev/zero"}}, CodeValues, "is a device, not a file"},
		"values from a folder":      {map[string]any{"chart": chart, "valueFiles": []string{folder}}, CodeValues, "is a folder, not a file"},
		"setFile from a device":     {map[string]any{"chart": chart, "setFile": []string{"a=/dev/zero"}}, CodeValues, "is a device, not a file"},
		"setFile from a pipe":       {map[string]any{"chart": chart, "setFile": []string{"a=" + pipe}}, CodeValues, "is a named pipe, not a file"},
		"setFile from a folder":     {map[string]any{"chart": chart, "setFile": []string{"a=" + folder}}, CodeValues, "is a folder, not a file"},
		"setFile of 1 GiB":          {map[string]any{"chart": chart, "setFile": []string{"a=" + sparse}}, CodeValues, "the limit is 67108864"},
		"a chart that is a pipe":    {map[string]any{"chart": pipe}, CodeLoad, "is a named pipe, neither a folder nor a package"},
		"a chart that is a device":  {map[string]any{"chart": "/dev/zero"}, CodeLoad, "is a device, neither a folder nor a package"},
		"a .helmignore like a pipe": {map[string]any{"chart": ignoring}, CodeLoad, "is a named pipe, not a file"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, verb := range []string{"template", "lint"} {
				refused := postForError(t, service, verb, http.StatusUnprocessableEntity, refusal.request)
				if refused.Code != refusal.code || !strings.Contains(refused.Message, refusal.message) {
					t.Errorf("%s refused as %s: %s", verb, refused.Code, refused.Message)
				}
			}
		})
	}
}
