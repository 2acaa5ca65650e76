package chart

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

const (
	copyHint     = "copy the file into the chart"
	danglingHint = "remove the link, or create the file that it names: Helm refuses the chart with this link"
)

// follow returns the file that a link of a chart leads to, or why the link is not followed. Files
// outside the chart's source tree are not read: Helm would put any file of this machine into the
// manifests.
func (w *chartWalk) follow(path, name string, above []string) (resolved string, info os.FileInfo, unread *unreadLink) {
	target, _ := os.Readlink(path)
	refuse := func(hint, format string, args ...any) (string, os.FileInfo, *unreadLink) {
		return "", nil, &unreadLink{name: name, target: target, why: fmt.Sprintf(format, args...), hint: hint}
	}
	resolved, err := filepath.EvalSymlinks(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return refuse(danglingHint, "nothing exists there")
	case errors.Is(err, syscall.ELOOP), err != nil && strings.Contains(err.Error(), "too many links"):
		return refuse(danglingHint, "it leads to itself")
	case err != nil:
		return refuse(danglingHint, "%v", errors.Unwrap(err))
	}
	if tree := w.sourceTree(); !isWithin(resolved, tree) {
		return refuse(copyHint, "it leads out of %s", tree)
	}
	if info, err = os.Lstat(resolved); err != nil {
		return refuse(danglingHint, "%v", errors.Unwrap(err))
	}
	// Helm follows a link to a directory above itself until the path is too long.
	if info.IsDir() && (slices.Contains(above, resolved) || isWithin(path, resolved) || isWithin(w.realDir(path), resolved)) {
		return refuse(danglingHint, "it leads back to %s", resolved)
	}
	return resolved, info, nil
}

// realDir is the directory of a file without symbolic links.
func (w *chartWalk) realDir(path string) string {
	directory, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return path
	}
	return directory
}

func (w *chartWalk) sourceTree() string {
	if w.tree == "" {
		w.tree = sourceTreeOf(w.dir)
	}
	return w.tree
}

func isWithin(path, directory string) bool {
	return path == directory || strings.HasPrefix(path, strings.TrimSuffix(directory, "/")+"/")
}
