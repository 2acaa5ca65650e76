package isolate

import (
	"bytes"
	"os"
	"runtime/debug"
	"strconv"
)

// MaxWorkerMemory is the memory that a worker may use for one chart, in bytes.
const MaxWorkerMemory = 1 << 30

// LimitMemory makes this process die rather than use more than budget bytes beyond what it has
// already mapped. Where the system has no such limit, Go's collector still works harder near the
// budget. It returns false when this process was started with a limit that is lower.
func LimitMemory(budget int64) bool {
	// The collector works harder before the limit is reached.
	debug.SetMemoryLimit(budget / 4 * 3)
	// Far below the limit, a chart leaves more garbage than the little that a worker keeps.
	debug.SetGCPercent(400)
	mapped, ok := mappedBytes()
	if !ok {
		return true
	}
	return limitAddressSpace(uint64(mapped + budget))
}

// mappedBytes is the size of the address space, most of which a Go program
// reserves without using it.
func mappedBytes() (int64, bool) {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, false
	}
	fields := bytes.Fields(statm)
	if len(fields) == 0 {
		return 0, false
	}
	pages, err := strconv.ParseInt(string(fields[0]), 10, 64)
	return pages * int64(os.Getpagesize()), err == nil
}
