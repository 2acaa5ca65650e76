package webhook

import (
	"encoding/json"
	"slices"
	"sync"
	"time"
)

const (
	// The number of reviews that are kept for one configuration, and the size of all reviews.
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
	// Error is the reason why there is no response. The webhook's failure policy decided then.
	Error string `json:"error,omitempty"`

	releaseNamespace string
}

// reviewLog keeps the latest reviews.
type reviewLog struct {
	mutex    sync.Mutex
	sequence uint64
	bytes    int
	list     []*review
	counts   map[string]int
}

func newReviewLog() *reviewLog { return &reviewLog{counts: map[string]int{}} }

func (l *reviewLog) add(entry *review) {
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

func (l *reviewLog) drop(index int) {
	gone := l.list[index]
	l.list = slices.Delete(l.list, index, index+1)
	l.bytes -= gone.size()
	if l.counts[gone.Configuration]--; l.counts[gone.Configuration] == 0 {
		delete(l.counts, gone.Configuration)
	}
}

func (l *reviewLog) last() uint64 {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.sequence
}

// find returns the requested reviews, oldest first.
func (l *reviewLog) find(request reviewsRequest) []*review {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	found := []*review{}
	for _, each := range l.list {
		isNamed := request.Name == "" || request.Name == each.Webhook || request.Name == each.Configuration
		if isNamed && each.Sequence > request.Since && (each.releaseNamespace == "" || each.releaseNamespace == request.Namespace) {
			found = append(found, each)
		}
	}
	return found
}

func (r *review) size() int { return len(r.Request) + len(r.Response) + len(r.Error) }
