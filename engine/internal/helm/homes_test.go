package helm

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestNothingIsMadeAgainOfADataFolderThatHasGone(t *testing.T) {
	dataDir := filepath.Join(t.TempDir(), "data")
	if _, err := newHomes(filepath.Join(dataDir, "helm")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("expected an error that says that the folder is not there, got %v", err)
	}
	if _, err := os.Lstat(dataDir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the data folder is there again: %v", err)
	}
}
