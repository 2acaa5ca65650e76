package helm

import (
	"fmt"
	"os"
	"time"
)

// What a chart may cost. Real charts stay far below; what goes beyond is a
// mistake or an attack, and must not take the engine with it.
const (
	// defaultRenderTimeout is the default of a request's renderTimeout.
	defaultRenderTimeout = 30 * time.Second
	// maxChartFiles counts the files of a chart folder, sub-charts included.
	maxChartFiles = 20_000
	// maxIgnoreFile is the size of a .helmignore.
	maxIgnoreFile = 1 << 20
	// maxValuesFile is the size of one file of valueFiles or setFile.
	maxValuesFile = 64 << 20
	// maxManifest is the size of everything that a chart renders.
	maxManifest = 64 << 20
	// MaxWorkerMemory is how much a worker may use for one chart.
	MaxWorkerMemory = 1 << 30
)

func (f timeoutField) renderValue() time.Duration {
	if f.duration == 0 {
		return defaultRenderTimeout
	}
	return f.duration
}

// checkReadable refuses what would never end to be read, or fill the memory.
// A file that is not there is left to whoever opens it.
func checkReadable(path string, limit int64) error {
	info, err := os.Stat(path)
	if err != nil {
		return nil
	}
	if info.IsDir() {
		return fmt.Errorf("%s is a folder, not a file", path)
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
