package chart

import (
	"fmt"
	"os"
)

// Limits of the files that a chart may have. Real charts stay far below; a chart beyond them is a
// mistake or an attack and must not take the engine down.
const (
	// MaxFiles is the number of files and directories of a chart directory, sub-charts included.
	MaxFiles = 20_000
	// maxIgnoreFile is the size of a .helmignore in bytes.
	maxIgnoreFile = 1 << 20
	// maxValuesFile is the size of one file of valueFiles or setFile in bytes.
	maxValuesFile = 64 << 20
)

// checkReadable refuses a file that never ends or would fill the memory. A missing file is accepted
// here: opening it reports the error.
func checkReadable(path string, limit int64) error {
	info, err := os.Stat(path)
	if err != nil {
		return nil
	}
	if info.IsDir() {
		return fmt.Errorf("%s is a directory, not a file", path)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is a %s, not a file", path, kindOf(info.Mode()))
	}
	if info.Size() > limit {
		return fmt.Errorf("%s has %d bytes, the limit is %d", path, info.Size(), limit)
	}
	return nil
}

func kindOf(mode os.FileMode) string {
	switch {
	case mode&os.ModeNamedPipe != 0:
		return "named pipe"
	case mode&os.ModeSocket != 0:
		return "socket"
	case mode&os.ModeDevice != 0:
		return "device"
	}
	return "special file"
}
