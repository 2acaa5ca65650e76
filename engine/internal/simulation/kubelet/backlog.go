package kubelet

import (
	"context"
	"sync"
	"time"
)

const (
	// How long what is put off may be put off for the sake of what is more urgent.
	longestDelay = time.Second
	lookAgain    = 5 * time.Millisecond
)

// backlog does things one after the other, in their order, while nothing more urgent is to be done: the events of many pods that
// start at once take as much of the API server's time as their statuses, and nobody waits for an event.
type backlog struct {
	isBusy func() bool
	wake   chan struct{}

	mu    sync.Mutex
	items []backlogItem
}

type backlogItem struct {
	since time.Time
	do    func()
}

func newBacklog(isBusy func() bool) *backlog {
	return &backlog{isBusy: isBusy, wake: make(chan struct{}, 1)}
}

func (b *backlog) add(do func()) {
	b.mu.Lock()
	b.items = append(b.items, backlogItem{time.Now(), do})
	b.mu.Unlock()
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// run works until the context ends.
func (b *backlog) run(ctx context.Context) {
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
			case <-time.After(lookAgain):
			case <-ctx.Done():
				return
			}
		}
		item.do()
	}
}

func (b *backlog) next() (backlogItem, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.items) == 0 {
		return backlogItem{}, false
	}
	item := b.items[0]
	b.items[0].do = nil
	if b.items = b.items[1:]; len(b.items) == 0 {
		// What it took to hold a burst is given back.
		b.items = nil
	}
	return item, true
}
