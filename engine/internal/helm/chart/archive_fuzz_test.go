package chart

import (
	"os"
	"path/filepath"
	"testing"

	"helm.sh/helm/v4/pkg/chart/loader/archive"

	"seatrial/engine/internal/helm/helmtest"
)

// FuzzArchive reads anything as a packaged chart.
func FuzzArchive(f *testing.F) {
	content, err := os.ReadFile(helmtest.WritePackage(f, helmtest.Member{Name: "web/templates/x.yaml", Content: "a: b"}))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(content)
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "web.tgz")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		buffered, err := readArchive(path)
		for _, file := range buffered {
			if !filepath.IsLocal(file.Name) {
				t.Errorf("a file is called %q", file.Name)
			}
		}
		if total := sizeOf(buffered); err == nil && total > archive.MaxDecompressedChartSize {
			t.Errorf("%d bytes were read", total)
		}
	})
}

func sizeOf(buffered []*archive.BufferedFile) (total int64) {
	for _, file := range buffered {
		total += int64(len(file.Data))
	}
	return total
}
