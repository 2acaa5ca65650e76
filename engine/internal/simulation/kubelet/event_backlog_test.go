package kubelet

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestABacklogKeepsItsOrderAndWaitsForUrgentWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var busy atomic.Bool
		busy.Store(true)
		begun := time.Now()
		type done struct {
			number int
			after  time.Duration
		}
		var all []done
		b := newEventBacklog(busy.Load)
		go b.run(t.Context())
		for number := range 3 {
			b.add(func() { all = append(all, done{number, time.Since(begun)}) })
		}
		time.Sleep(300 * time.Millisecond)
		synctest.Wait()
		if len(all) != 0 {
			t.Fatalf("done in spite of urgent work: %v", all)
		}
		busy.Store(false)
		time.Sleep(busyInterval)
		synctest.Wait()
		if len(all) != 3 || all[0].number != 0 || all[1].number != 1 || all[2].number != 2 {
			t.Fatalf("expected 0, 1 and 2 in order, got %v", all)
		}
		if all[2].after > 300*time.Millisecond+busyInterval {
			t.Errorf("the last was done after %s", all[2].after)
		}
	})
}

func TestABacklogDelaysNothingForLongerThanASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		var after time.Duration
		b := newEventBacklog(func() bool { return true })
		go b.run(t.Context())
		b.add(func() { after = time.Since(begun) })
		time.Sleep(2 * longestDelay)
		synctest.Wait()
		if after != longestDelay {
			t.Errorf("done after %s, expected %s", after, longestDelay)
		}
	})
}
