package chart

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"

	"helm.sh/helm/v4/pkg/chart/loader/archive"
)

// Rewrite writes the chart as this engine reads it into a temporary directory, for the parts of Helm
// that read files: without the links that are not followed, and with schemas that refer to no other
// document. The caller removes the directory.
func (s *Store) Rewrite(path string) (string, error) {
	found, err := findFiles(path)
	if err != nil {
		return "", err
	}
	files, err := found.read()
	if err != nil {
		return "", err
	}
	directory, err := os.MkdirTemp("", "seatrial-lint")
	if err != nil {
		return "", err
	}
	if err := writeFiles(directory, files); err != nil {
		_ = os.RemoveAll(directory)
		return "", err
	}
	return directory, nil
}

func writeFiles(directory string, files []*archive.BufferedFile) error {
	for _, file := range files {
		name := filepath.FromSlash(file.Name)
		if !filepath.IsLocal(name) {
			continue
		}
		if isPackagedDependency(file.Name) {
			if packaged, err := archive.LoadArchiveFiles(bytes.NewReader(file.Data)); err == nil {
				if err := writeFiles(filepath.Join(directory, strings.TrimSuffix(name, ".tgz")), packaged); err != nil {
					return err
				}
				continue
			}
		}
		data := file.Data
		if filepath.Base(name) == "values.schema.json" {
			data, _ = weakenSchema(data)
		}
		path := filepath.Join(directory, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func isPackagedDependency(name string) bool {
	directory, file := filepath.Split(name)
	return strings.HasSuffix("/"+directory, "/charts/") && strings.HasSuffix(file, ".tgz")
}
