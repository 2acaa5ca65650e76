package service

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"seatrial/engine/internal/helm/chart"
	"seatrial/engine/internal/helm/helmtest"
	"seatrial/engine/internal/helm/wire"
)

func TestAPackageThatReachesOutsideOrBurstsIsRefused(t *testing.T) {
	service := newTestService(t)
	victim := filepath.Join(t.TempDir(), "victim")
	for name, hostile := range map[string]struct {
		member  helmtest.Member
		message string
	}{
		"an absolute member":       {helmtest.Member{Name: "web/" + victim, Content: "x"}, "illegally contains absolute paths"},
		"a member above":           {helmtest.Member{Name: "web/../../victim", Content: "x"}, "illegally references parent directory"},
		"a member without a chart": {helmtest.Member{Name: "victim", Content: "x"}, "outside the base directory"},
		"a member that bursts":     {helmtest.Member{Name: "web/files/zeros", Size: 200 << 20}, "larger than the maximum size 104857600"},
	} {
		t.Run(name, func(t *testing.T) {
			chart := helmtest.WritePackage(t, hostile.member)
			for _, verb := range []string{"template", "lint"} {
				refused := postForError(t, service, verb, http.StatusUnprocessableEntity, map[string]any{"chart": chart})
				if refused.Code != wire.CodeLoad || !strings.Contains(refused.Message, hostile.message) {
					t.Errorf("%s refused as %s: %s", verb, refused.Code, refused.Message)
				}
			}
		})
	}
	if _, err := os.Lstat(victim); err == nil {
		t.Error("the package has written outside its directory")
	}
}

func TestFilesGetReadsNothingOutsideTheChart(t *testing.T) {
	chart := helmtest.WriteChart(t, helmtest.Files{
		"inside.txt":         "inside",
		"templates/all.yaml": "# {{ .Files.Get \"../outside.txt\" }}{{ .Files.Get \"/etc/hostname\" }}{{ range $n, $_ := .Files.Glob \"../**\" }}{{ $n }}{{ end }}\nkind: X\nmetadata: {name: \"{{ .Files.Get \"inside.txt\" }}\"}\n",
	})
	helmtest.WriteFiles(t, filepath.Dir(chart), helmtest.Files{"outside.txt": "outside"})
	code, response := post[wire.TemplateResponse](t, newTestService(t), "template", map[string]any{"chart": chart, "showOnly": []string{"templates/all.yaml"}})
	if code != http.StatusOK || !strings.Contains(response.Manifest, "# \nkind: X\nmetadata: {name: \"inside\"}") {
		t.Errorf("%d: %s", code, response.Manifest)
	}
}

func TestADirectoryWithTooManyFilesIsRefused(t *testing.T) {
	tooMany := chart.MaxFiles
	chart := helmtest.WriteChart(t, nil)
	for i := range tooMany {
		if err := os.WriteFile(filepath.Join(chart, "templates", fmt.Sprint(i)), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, verb := range []string{"template", "lint"} {
		refused := postForError(t, newTestService(t), verb, http.StatusUnprocessableEntity, map[string]any{"chart": chart})
		if refused.Code != wire.CodeLoad || !strings.Contains(refused.Message, "more than 20000 files and directories") {
			t.Errorf("%s refused as %s: %s", verb, refused.Code, refused.Message)
		}
	}
}

func TestFilesWithoutEndAreRefusedBeforeTheyAreRead(t *testing.T) {
	service := newTestService(t)
	directory := t.TempDir()
	pipe, sparse := filepath.Join(directory, "pipe"), filepath.Join(directory, "sparse.yaml")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	helmtest.WriteFiles(t, directory, helmtest.Files{"sparse.yaml": "a: 1\n"})
	if err := os.Truncate(sparse, 1<<30); err != nil {
		t.Fatal(err)
	}
	chart := helmtest.WriteChart(t, nil)
	ignoring := helmtest.WriteChart(t, nil)
	helmtest.Link(t, pipe, filepath.Join(ignoring, ".helmignore"))
	large := helmtest.WriteChart(t, helmtest.Files{"files/large": "x"})
	if err := os.Truncate(filepath.Join(large, "files/large"), 1<<30); err != nil {
		t.Fatal(err)
	}
	for name, refusal := range map[string]struct {
		request map[string]any
		code    wire.Code
		message string
	}{
		"a file of 1 GiB":           {map[string]any{"chart": large}, wire.CodeLoad, "with its file files/large it has 10737"},
		"values of 1 GiB":           {map[string]any{"chart": chart, "valueFiles": []string{sparse}}, wire.CodeValues, "has 1073741824 bytes, the limit is 67108864"},
		"values from a pipe":        {map[string]any{"chart": chart, "valueFiles": []string{pipe}}, wire.CodeValues, "is a named pipe, not a file"},
		"values from a device":      {map[string]any{"chart": chart, "valueFiles": []string{"/dev/zero"}}, wire.CodeValues, "is a device, not a file"},
		"values from a directory":   {map[string]any{"chart": chart, "valueFiles": []string{directory}}, wire.CodeValues, "is a directory, not a file"},
		"setFile from a device":     {map[string]any{"chart": chart, "setFile": []string{"a=/dev/zero"}}, wire.CodeValues, "is a device, not a file"},
		"setFile from a pipe":       {map[string]any{"chart": chart, "setFile": []string{"a=" + pipe}}, wire.CodeValues, "is a named pipe, not a file"},
		"setFile from a directory":  {map[string]any{"chart": chart, "setFile": []string{"a=" + directory}}, wire.CodeValues, "is a directory, not a file"},
		"setFile of 1 GiB":          {map[string]any{"chart": chart, "setFile": []string{"a=" + sparse}}, wire.CodeValues, "the limit is 67108864"},
		"a chart that is a pipe":    {map[string]any{"chart": pipe}, wire.CodeLoad, "is a named pipe, neither a directory nor a package"},
		"a chart that is a device":  {map[string]any{"chart": "/dev/zero"}, wire.CodeLoad, "is a device, neither a directory nor a package"},
		"a .helmignore like a pipe": {map[string]any{"chart": ignoring}, wire.CodeLoad, "is a named pipe, not a file"},
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
