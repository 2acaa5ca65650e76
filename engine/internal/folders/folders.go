// Package folders makes the engine's folders.
package folders

import (
	"errors"
	"io/fs"
	"os"
)

// Make makes folders that only their user may enter, each in one that exists, unless they are there. Never with os.MkdirAll: a chart
// worker that outlives its engine by a moment would make the data folder again that whoever ended the engine has just removed.
func Make(paths ...string) error {
	for _, path := range paths {
		if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}
