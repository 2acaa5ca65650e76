package chart

import (
	"errors"
	"fmt"
	"os"

	"seatrial/engine/internal/helm/failure"
	"seatrial/engine/internal/helm/wire"
)

// Store has the charts of one engine, parsed and kept in memory until a file changes, and downloads
// their dependencies.
type Store struct {
	cache       *cache
	directories *HelmDirectories
	// building is taken by the request that writes dependencies.
	building chan struct{}
}

// NewStore returns an empty store that keeps downloads in the directories.
func NewStore(directories *HelmDirectories) *Store {
	return &Store{cache: newCache(), directories: directories, building: make(chan struct{}, 1)}
}

// Load returns a copy of the chart at an absolute path.
func (s *Store) Load(path string) (*Loaded, error) {
	if err := wire.CheckAbsolute("chart", path); err != nil {
		return nil, err
	}
	loaded, err := s.cache.load(path)
	if err == nil {
		return loaded, nil
	}
	if refused, ok := errors.AsType[*wire.Error](err); ok {
		return nil, refused
	}
	if errors.Is(err, os.ErrNotExist) {
		if _, missing := os.Stat(path); missing != nil {
			return nil, &wire.Error{Code: wire.CodeLoad, Message: fmt.Sprintf("there is no chart at %s", path)}
		}
	}
	return nil, failure.LoadError(path, err)
}

// Digest returns the digest of the chart's files as they are now. Nothing in them is parsed.
func (s *Store) Digest(path string) (string, error) { return s.cache.digest(path) }
