// Package directories creates the engine's private directories.
package directories

import (
	"errors"
	"io/fs"
	"os"
)

// Make creates directories that only their user may enter, each in an existing one, unless they
// exist. It never uses os.MkdirAll: a chart worker that outlives its engine by a moment would
// create the data directory again, after whoever ended the engine has removed it.
func Make(paths ...string) error {
	for _, path := range paths {
		if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}
