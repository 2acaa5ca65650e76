package chart

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// refusedFile is a file that Helm would read, but this engine does not.
type refusedFile struct{ error }

// checkLink refuses a link to a file outside the chart's project: Helm would put any file of this
// machine into the manifests.
func (w *chartWalk) checkLink(path, resolved string) error {
	if w.boundary == "" {
		boundary, err := projectOf(w.dir)
		if err != nil {
			return err
		}
		w.boundary = boundary
	}
	if resolved == w.boundary || strings.HasPrefix(resolved, strings.TrimSuffix(w.boundary, "/")+"/") {
		return nil
	}
	return &refusedFile{fmt.Errorf("the link %s leads to %s, outside of %s\nHint: copy the file into the chart, or package the chart where you trust it (helm package follows links)", path, resolved, w.boundary)}
}

// projectOf is the repository that contains the chart, because charts of one repository share files
// by links. Without a repository it is the chart itself.
func projectOf(dir string) (string, error) {
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", err
	}
	for directory := real; ; directory = filepath.Dir(directory) {
		if _, err := os.Lstat(filepath.Join(directory, ".git")); err == nil {
			return directory, nil
		}
		if directory == filepath.Dir(directory) {
			return real, nil
		}
	}
}

// CheckFiles refuses files that Helm's own loaders would read without a limit.
func CheckFiles(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return nil
	}
	if !info.IsDir() {
		return checkArchiveFile(path, info)
	}
	_, err = walkChart(path)
	if _, refused := errors.AsType[*refusedFile](err); refused {
		return err
	}
	return nil
}

func checkArchiveFile(path string, info os.FileInfo) error {
	if info.Mode().IsRegular() {
		return nil
	}
	return &refusedFile{fmt.Errorf("%s is a %s, neither a directory nor a package", path, kindOf(info.Mode()))}
}
