package chart

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestADataDirectoryThatWasRemovedIsNotCreatedAgain(t *testing.T) {
	dataDir := filepath.Join(t.TempDir(), "data")
	if _, err := NewHelmDirectories(filepath.Join(dataDir, "helm")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("expected an error that says that the directory does not exist, got %v", err)
	}
	if _, err := os.Lstat(dataDir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the data directory exists again: %v", err)
	}
}
