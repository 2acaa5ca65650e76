package chart

import (
	"bytes"
	"fmt"
	"os"

	"helm.sh/helm/v4/pkg/chart/loader/archive"
)

// chartFiles are the files of a chart that were found, not yet read.
type chartFiles struct {
	path      string
	isArchive bool
	stamps    []stamp
	files     []visited
	// unread are the links that are not followed.
	unread []unreadLink
	// ignored are parts of the chart that the .helmignore excludes.
	ignored []ignoredFile
}

// findFiles refuses files that Helm's own loaders would read without a limit.
func findFiles(path string) (*chartFiles, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		if err := checkArchiveFile(path, info); err != nil {
			return nil, err
		}
		return &chartFiles{path: path, isArchive: true, stamps: []stamp{stampOf("", info)}}, nil
	}
	walk, err := walkChart(path)
	if err != nil {
		return nil, err
	}
	stamps := make([]stamp, len(walk.files))
	for i, file := range walk.files {
		stamps[i] = file.stamp
	}
	return &chartFiles{path: path, stamps: stamps, files: walk.files, unread: walk.unread, ignored: walk.ignored}, nil
}

func (f *chartFiles) read() ([]*archive.BufferedFile, error) {
	if f.isArchive {
		return readArchive(f.path)
	}
	return readVisited(f.files)
}

// readVisited reads the files within Helm's limit for a whole chart, even if a file has grown since
// the walk.
func readVisited(files []visited) ([]*archive.BufferedFile, error) {
	reader := archive.NewBudgetedReader(archive.MaxDecompressedChartSize)
	buffered := make([]*archive.BufferedFile, 0, len(files))
	for _, file := range files {
		data, err := reader.ReadFileWithBudget(file.path, file.size)
		if err != nil {
			return nil, fmt.Errorf("error reading %s: %w", file.name, err)
		}
		data = bytes.TrimPrefix(data, utf8ByteOrderMark)
		buffered = append(buffered, &archive.BufferedFile{Name: file.name, ModTime: file.info.ModTime(), Data: data})
	}
	return buffered, nil
}

// readArchive reads the files of a packaged chart, with the checks of Helm's own loader.
func readArchive(path string) ([]*archive.BufferedFile, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if err := archive.EnsureArchive(path, file); err != nil {
		return nil, err
	}
	files, err := archive.LoadArchiveFiles(file)
	if err != nil {
		return nil, fmt.Errorf("cannot read the packaged chart %s: %w", path, err)
	}
	return files, nil
}
