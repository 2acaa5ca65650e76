// Package memory decides when the engine collects garbage and when it returns free memory to the system.
package memory

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	// busyPercent is how much the heap may grow between two collections. With Go's default of 100, charts with large
	// objects take about a quarter more processor time; 400 saves no more than 200 (bench/check).
	busyPercent = 200
	// quietBytes is what the engine allocates at most in a restPeriod without work: up to 3.5 MiB, in a restPeriod
	// with work at least 11 MiB.
	quietBytes = 8 << 20
	restPeriod = time.Second
)

// HoldCollection switches garbage collection off: little of what the boot allocates is garbage, and collecting it takes
// a tenth of the boot's time (bench/boot).
func HoldCollection() { debug.SetGCPercent(-1) }

// ReleaseCollection switches garbage collection on. Until ctx is done, the engine returns free memory to the system
// when it has nothing to do.
func ReleaseCollection(ctx context.Context) {
	debug.SetGCPercent(busyPercent)
	go freeAtRest(ctx)
}

func freeAtRest(ctx context.Context) {
	at := activity{allocated: allocatedBytes()}
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(restPeriod):
		}
		if at.comesToRest(allocatedBytes()) {
			debug.FreeOSMemory()
			at.allocated = allocatedBytes()
		}
	}
}

// activity is what the engine had allocated at the end of a restPeriod, and whether it has been at rest since its last
// work.
type activity struct {
	allocated uint64
	rests     bool
}

// comesToRest reports whether the restPeriod that ends now is the first one without work.
func (a *activity) comesToRest(allocated uint64) bool {
	isQuiet := allocated-a.allocated <= quietBytes
	comes := isQuiet && !a.rests
	a.allocated, a.rests = allocated, isQuiet
	return comes
}

func allocatedBytes() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
