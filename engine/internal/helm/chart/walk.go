package chart

import (
	"fmt"
	"os"
	"path/filepath"

	"helm.sh/helm/v4/pkg/chart/loader/archive"
	"helm.sh/helm/v4/pkg/ignore"

	"seatrial/engine/internal/fileinfo"
)

var utf8ByteOrderMark = []byte{0xEF, 0xBB, 0xBF}

// stamp identifies the version of a file: an equal stamp means that the file has not changed.
type stamp struct {
	name    string
	size    int64
	modTime int64
	inode   uint64
	mode    os.FileMode
}

func stampOf(name string, info os.FileInfo) stamp {
	return stamp{name: name, size: info.Size(), modTime: info.ModTime().UnixNano(), inode: fileinfo.Inode(info), mode: info.Mode()}
}

// visited is a file that Helm's directory loader would read.
type visited struct {
	stamp
	path string
	info os.FileInfo
}

// walkChart lists the files of a chart directory with the order, the ignore rules, the symbolic
// links and the errors of Helm's own loader.
//
// Links that are not followed, and parts of the chart that are ignored, are left out and listed.
func walkChart(dir string) (*chartWalk, error) {
	rules := ignore.Empty()
	var patterns []byte
	ignoreFile := filepath.Join(dir, ignore.HelmIgnore)
	if _, err := os.Stat(ignoreFile); err == nil {
		if err := checkReadable(ignoreFile, maxIgnoreFile); err != nil {
			return nil, &refusedFile{err}
		}
		if rules, err = ignore.ParseFile(ignoreFile); err != nil {
			return nil, err
		}
		if patterns, err = os.ReadFile(ignoreFile); err != nil {
			return nil, err
		}
	}
	rules.AddDefaults()
	w := &chartWalk{dir: dir, rules: rules, patterns: patterns}
	if err := w.directory(dir, "", nil); err != nil {
		return nil, err
	}
	return w, nil
}

type chartWalk struct {
	dir     string
	rules   *ignore.Rules
	files   []visited
	entries int
	bytes   int64
	// tree is the directory that links must not leave; it is determined at the first link.
	tree    string
	unread  []unreadLink
	ignored []ignoredFile
	// patterns is the text of the .helmignore.
	patterns []byte
}

func (w *chartWalk) directory(path, name string, above []string) error {
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		childPath, childName := filepath.Join(path, entry.Name()), entry.Name()
		if name != "" {
			childName = name + "/" + childName
		}
		if err := w.entry(childPath, childName, above); err != nil {
			return err
		}
	}
	return nil
}

func (w *chartWalk) entry(path, name string, above []string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if info.Mode()&os.ModeSymlink != 0 {
		resolved, target, unread := w.follow(path, name, above)
		if unread != nil {
			if !w.rules.Ignore(name, info) {
				w.unread = append(w.unread, *unread)
			}
			return nil
		}
		if info = target; info.IsDir() {
			above = append(above[:len(above):len(above)], resolved)
		}
	}
	if w.rules.Ignore(name, info) {
		if ignored := ignoredBy(w.patterns, name, info); ignored != nil {
			w.ignored = append(w.ignored, *ignored)
		}
		return nil
	}
	if w.entries++; w.entries > MaxFiles {
		return &refusedFile{fmt.Errorf("it has more than %d files and directories\nHint: list the files that do not belong to the chart in its .helmignore", MaxFiles)}
	}
	if info.IsDir() {
		return w.directory(path, name, above)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("cannot load irregular file %s as it has file mode type bits set", path)
	}
	if w.bytes += info.Size(); w.bytes > archive.MaxDecompressedChartSize {
		return &refusedFile{fmt.Errorf("with its file %s it has %d bytes, the limit is %d", name, w.bytes, archive.MaxDecompressedChartSize)}
	}
	w.files = append(w.files, visited{stamp: stampOf(name, info), path: path, info: info})
	return nil
}
