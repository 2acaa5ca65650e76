package chart

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/ignore"

	"seatrial/engine/internal/helm/failure"
	"seatrial/engine/internal/helm/wire"
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

// ignoredFile is a file or directory that Helm would read if no pattern of the .helmignore excluded it.
type ignoredFile struct {
	name    string
	pattern string
	// line is the line of the pattern, 1-based.
	line int
}

// ignoredBy finds the pattern that excludes a part of the chart. It is nil for what Helm does not read anyway, and for a
// pattern that names the part itself: somebody wants it to be excluded.
func ignoredBy(rules []byte, name string, info os.FileInfo) *ignoredFile {
	if !isPart(name, info.IsDir()) {
		return nil
	}
	for at, line := range strings.Split(string(rules), "\n") {
		pattern := strings.TrimSpace(line)
		rule, err := ignore.Parse(strings.NewReader(line))
		if err != nil || !rule.Ignore(name, info) {
			continue
		}
		if trimmed := strings.Trim(pattern, "/"); strings.Contains(trimmed, "/") || trimmed == name {
			return nil
		}
		return &ignoredFile{name: name, pattern: pattern, line: at + 1}
	}
	return nil
}

func isPart(name string, isDir bool) bool {
	top, rest, _ := strings.Cut(name, "/")
	if top != "templates" && top != "crds" {
		return name == "values.yaml" || name == "values.schema.json"
	}
	if strings.HasPrefix(path.Base(name), ".") {
		return false
	}
	return isDir || rest != "" && slices.Contains([]string{".yaml", ".yml", ".tpl", ".json"}, path.Ext(rest))
}

// ignoredWarnings has one warning for each pattern.
func ignoredWarnings(chart string, ignored []ignoredFile) []wire.Warning {
	var warnings []wire.Warning
	for at, first := range ignored {
		isSame := func(other ignoredFile) bool { return other.line == first.line }
		if slices.ContainsFunc(ignored[:at], isSame) {
			continue
		}
		what := first.name
		others := 0
		for _, other := range ignored[at+1:] {
			if isSame(other) {
				others++
			}
		}
		if others > 0 {
			what = fmt.Sprintf("%s and %d more", what, others)
		}
		warnings = append(warnings, wire.Warning{
			Reason:  "IgnoredFile",
			Message: fmt.Sprintf("its pattern %q excludes %s: Helm does not read it", first.pattern, what),
			File:    chart + "/" + ignore.HelmIgnore,
			Line:    first.line,
			Hint:    "begin the pattern with / if it is about the chart's own directory, or name the whole path",
		})
	}
	return warnings
}
