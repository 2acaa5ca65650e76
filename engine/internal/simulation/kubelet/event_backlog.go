package kubelet

import (
	"context"
	"sync"
	"time"
)

const (
	// longestDelay is the longest time for which urgent work delays an item.
	longestDelay = time.Second
	busyInterval = 5 * time.Millisecond
)

// eventBacklog records events one after the other, in order, while there is no urgent work: the events of
// many pods that start at once take as much of the API server's time as their statuses, and nobody waits
// for an event.
type eventBacklog struct {
	isBusy func() bool
	wake   chan struct{}

	mu    sync.Mutex
	items []backlogItem
}

type backlogItem struct {
	since time.Time
	do    func()
}

func newEventBacklog(isBusy func() bool) *eventBacklog {
	return &eventBacklog{isBusy: isBusy, wake: make(chan struct{}, 1)}
}

func (b *eventBacklog) add(do func()) {
	b.mu.Lock()
	b.items = append(b.items, backlogItem{time.Now(), do})
	b.mu.Unlock()
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// run works until the context ends.
func (b *eventBacklog) run(ctx context.Context) {
	for {
		item, some := b.next()
		if !some {
			select {
			case <-b.wake:
				continue
			case <-ctx.Done():
				return
			}
		}
		for b.isBusy() && time.Since(item.since) < longestDelay {
			select {
			case <-time.After(busyInterval):
			case <-ctx.Done():
				return
			}
		}
		item.do()
	}
}

func (b *eventBacklog) next() (backlogItem, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.items) == 0 {
		return backlogItem{}, false
	}
	item := b.items[0]
	b.items[0].do = nil
	if b.items = b.items[1:]; len(b.items) == 0 {
		// Frees the memory of a burst.
		b.items = nil
	}
	return item, true
}
