package memory

import (
	"slices"
	"testing"
)

func TestTheEngineComesToRestOnceAfterEachWork(t *testing.T) {
	const work, quiet = 12 << 20, 1 << 20
	for _, c := range []struct {
		name      string
		allocates []uint64
		expected  []bool
	}{
		{"in the first period without work", []uint64{quiet}, []bool{true}},
		{"not while it works", []uint64{work, work}, []bool{false, false}},
		{"once in a long rest", []uint64{work, quiet, quiet}, []bool{false, true, false}},
		{"again after more work", []uint64{quiet, work, quiet}, []bool{true, false, true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			at := activity{allocated: 100 << 20}
			total := at.allocated
			var rests []bool
			for _, bytes := range c.allocates {
				total += bytes
				rests = append(rests, at.comesToRest(total))
			}
			if !slices.Equal(rests, c.expected) {
				t.Errorf("came to rest %v, expected %v", rests, c.expected)
			}
		})
	}
}

func TestTheRuntimeReportsWhatIsAllocated(t *testing.T) {
	before := allocatedBytes()
	kept = make([]byte, 64<<20)
	if grown := allocatedBytes() - before; grown < 64<<20 {
		t.Errorf("64 MiB were allocated, and %d bytes reported", grown)
	}
}

var kept []byte
