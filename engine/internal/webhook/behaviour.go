package webhook

import (
	"slices"
	"sync"
)

// How a webhook is answered when nobody asked for more: allowed, or converted without a change.
const (
	byDefault = "default"
	byDeny    = "deny"
	byHandler = "handler"
)

// behaviour is how a spec wants webhooks to be answered.
type behaviour struct {
	simulateRequest
	id    uint64
	calls chan *handlerCall
	done  chan struct{}
}

// behaviours are those in force; the latest that fits is used.
type behaviours struct {
	mutex   sync.Mutex
	list    []*behaviour
	lastID  uint64
	pending map[uint64]*handlerCall
}

func newBehaviours() *behaviours { return &behaviours{pending: map[uint64]*handlerCall{}} }

func (b *behaviours) add(request simulateRequest) *behaviour {
	added := &behaviour{simulateRequest: request, calls: make(chan *handlerCall), done: make(chan struct{})}
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.lastID++
	added.id = b.lastID
	b.list = append(b.list, added)
	return added
}

// remove ends the calls that wait for the behaviour's handler. It may be called twice.
func (b *behaviours) remove(id uint64) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.list = slices.DeleteFunc(b.list, func(each *behaviour) bool {
		if each.id != id {
			return false
		}
		close(each.done)
		return true
	})
}

// find returns the behaviour for a call about an object, nil when there is none.
func (b *behaviours) find(id identity, home string, object subject, homes *homes) *behaviour {
	b.mutex.Lock()
	list := slices.Clone(b.list)
	b.mutex.Unlock()
	for _, each := range slices.Backward(list) {
		if each.isFor(id, home) && each.covers(object, homes) {
			return each
		}
	}
	return nil
}

// isFor: a webhook of another release is somebody else's.
func (b *behaviour) isFor(id identity, home string) bool {
	if home != "" && home != b.Namespace {
		return false
	}
	return b.Name == "" || b.Name == id.Webhook || b.Name == id.Configuration
}

func (b *behaviour) covers(object subject, homes *homes) bool {
	if b.Scope == scopeCluster || homes.concerns(object, b.Namespace) {
		return true
	}
	return object.Namespace != "" && slices.Contains(b.Namespaces, object.Namespace)
}
