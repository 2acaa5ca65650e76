package chart

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"seatrial/engine/internal/fileinfo"
)

// sourceTreeOf is the directory whose files the links of a chart may lead to, because charts of one
// repository share files by links: the checkout that contains the chart or, in an unpacked source
// archive, the highest directory above the chart that looks like the root of a source tree or holds
// several charts. Without any of them it is the chart itself.
func sourceTreeOf(dir string) string {
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return dir
	}
	for directory := real; directory != filepath.Dir(directory); directory = filepath.Dir(directory) {
		_, err := os.Lstat(filepath.Join(directory, ".git"))
		if err == nil && (directory == real || isPrivateTo(directory, real)) {
			return directory
		}
	}
	tree := real
	for directory := filepath.Dir(real); isPrivateTo(directory, real) && !isWithin(home(), directory); directory = filepath.Dir(directory) {
		if looksLikeRoot(directory) || holdsCharts(directory) {
			tree = directory
		}
	}
	return tree
}

// System directories have files of everybody.
var systemDirectories = []string{
	"/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/media", "/mnt", "/opt", "/proc", "/root", "/run", "/sbin",
	"/srv", "/sys", "/tmp", "/usr", "/usr/local", "/var", "/var/lib", "/var/tmp", "/Users", "/private",
}

// isPrivateTo reports whether a directory above a chart can belong to the chart's source tree: it is
// neither the root, nor a home, nor a directory of the system or of another user, and nobody else
// may write to it.
func isPrivateTo(directory, chart string) bool {
	if directory == filepath.Dir(directory) || slices.Contains(systemDirectories, directory) {
		return false
	}
	if parent := filepath.Dir(directory); parent == "/home" || parent == "/Users" {
		return false
	}
	if directory == home() || directory == filepath.Clean(os.TempDir()) {
		return false
	}
	info, err := os.Stat(directory)
	return err == nil && info.Mode().Perm()&0o002 == 0 && ownerOf(directory) == ownerOf(chart)
}

// home is the user's home without symbolic links, or "-".
func home() string {
	real, err := filepath.EvalSymlinks(os.Getenv("HOME"))
	if err != nil || !filepath.IsAbs(real) {
		return "-"
	}
	return real
}

func ownerOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return -1
	}
	return fileinfo.Owner(info)
}

// What the roots of source trees have, in capitals and without the extension.
var rootFiles = []string{
	"LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "README", "CHANGELOG", "CONTRIBUTING", "MAKEFILE", "CODEOWNERS",
	".GITHUB", ".GITLAB-CI", ".GITIGNORE", ".GITATTRIBUTES", ".EDITORCONFIG", ".HG", ".SVN", ".JJ",
}

func looksLikeRoot(directory string) bool {
	entries, err := os.ReadDir(directory)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(entries, func(entry os.DirEntry) bool { return isRootFile(entry.Name()) })
}

func isRootFile(name string) bool {
	if i := strings.LastIndex(name, "."); i > 0 {
		name = name[:i]
	}
	return slices.Contains(rootFiles, strings.ToUpper(name))
}

// holdsCharts reports whether a directory has several charts in it.
func holdsCharts(directory string) bool {
	charts, err := filepath.Glob(filepath.Join(globQuoted(directory), "*", "Chart.yaml"))
	return err == nil && len(charts) > 1
}

func globQuoted(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}
