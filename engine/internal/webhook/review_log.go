package webhook

import (
	"encoding/json"
	"slices"
	"sync"
	"time"
)

const (
	// The reviews that are kept for one configuration, and the memory for all of them.
	maxReviews     = 1000
	maxReviewBytes = 32 << 20
)

// review is one call of a webhook and its answer.
type review struct {
	Sequence      uint64          `json:"sequence"`
	Time          time.Time       `json:"time"`
	Type          string          `json:"type"`
	Configuration string          `json:"configuration"`
	Webhook       string          `json:"webhook"`
	AnsweredBy    string          `json:"answeredBy"`
	Request       json.RawMessage `json:"request"`
	Response      json.RawMessage `json:"response,omitempty"`
	// Error is why there is no response: the webhook's failure policy decided.
	Error string `json:"error,omitempty"`

	home string
}

// ledger keeps the latest reviews.
type ledger struct {
	mutex    sync.Mutex
	sequence uint64
	bytes    int
	list     []*review
	counts   map[string]int
}

func newLedger() *ledger { return &ledger{counts: map[string]int{}} }

func (l *ledger) add(entry *review) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.sequence++
	entry.Sequence = l.sequence
	l.list = append(l.list, entry)
	l.bytes += entry.size()
	l.counts[entry.Configuration]++
	if l.counts[entry.Configuration] > maxReviews {
		l.drop(slices.IndexFunc(l.list, func(each *review) bool { return each.Configuration == entry.Configuration }))
	}
	for l.bytes > maxReviewBytes && len(l.list) > 1 {
		l.drop(0)
	}
}

func (l *ledger) drop(index int) {
	gone := l.list[index]
	l.list = slices.Delete(l.list, index, index+1)
	l.bytes -= gone.size()
	if l.counts[gone.Configuration]--; l.counts[gone.Configuration] == 0 {
		delete(l.counts, gone.Configuration)
	}
}

func (l *ledger) last() uint64 {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.sequence
}

// find returns the reviews that a request asks for, oldest first.
func (l *ledger) find(request reviewsRequest) []*review {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	found := []*review{}
	for _, each := range l.list {
		isNamed := request.Name == "" || request.Name == each.Webhook || request.Name == each.Configuration
		if isNamed && each.Sequence > request.Since && (each.home == "" || each.home == request.Namespace) {
			found = append(found, each)
		}
	}
	return found
}

func (r *review) size() int { return len(r.Request) + len(r.Response) + len(r.Error) }
