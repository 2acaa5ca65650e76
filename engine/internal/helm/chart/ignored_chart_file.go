package chart

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"

	"helm.sh/helm/v4/pkg/ignore"

	"seatrial/engine/internal/helm/failure"
)

var negation = regexp.MustCompile(`(?m)^\s*!`)

// orIgnored returns the error. When the chart lacks its Chart.yaml because of the .helmignore, it
// returns an error that names that file.
func (f *chartFiles) orIgnored(err error) error {
	if f.isArchive || !errors.Is(err, errNoChartFile) {
		return err
	}
	file, notFound := os.Lstat(filepath.Join(f.path, "Chart.yaml"))
	rules, unreadable := os.ReadFile(filepath.Join(f.path, ignore.HelmIgnore))
	if notFound != nil || !file.Mode().IsRegular() || unreadable != nil {
		return err
	}
	message := ".helmignore excludes Chart.yaml"
	if negation.Match(rules) {
		message += "\nHint: a pattern that begins with ! excludes every file that it does not match: Helm's .helmignore is not a .gitignore"
	}
	return &failure.FileError{File: ignore.HelmIgnore, Err: errors.New(message)}
}
