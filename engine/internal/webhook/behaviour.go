package webhook

import (
	"slices"
	"sync"
)

// What answers a review.
const (
	// byDefault allows an object, or converts it without changes.
	byDefault = "default"
	byDeny    = "deny"
	byHandler = "handler"
)

// behaviour is how a spec makes webhooks answer.
type behaviour struct {
	simulateRequest
	id    uint64
	calls chan *handlerCall
	done  chan struct{}
}

// behaviours are the behaviours in effect. The latest that matches wins.
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

// remove ends a behaviour and the calls that wait for its handler. It may be called twice.
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

// find returns the behaviour for a call about an object; nil when there is none.
func (b *behaviours) find(id calledWebhook, releaseNamespace string, object subject, releases *releases) *behaviour {
	b.mutex.Lock()
	list := slices.Clone(b.list)
	b.mutex.Unlock()
	for _, each := range slices.Backward(list) {
		if each.isFor(id, releaseNamespace) && each.covers(object, releases) {
			return each
		}
	}
	return nil
}

// isFor reports whether the behaviour is for a webhook; it is not for webhooks of other releases.
func (b *behaviour) isFor(id calledWebhook, releaseNamespace string) bool {
	if releaseNamespace != "" && releaseNamespace != b.Namespace {
		return false
	}
	return b.Name == "" || b.Name == id.Webhook || b.Name == id.Configuration
}

func (b *behaviour) covers(object subject, releases *releases) bool {
	if b.Scope == scopeCluster || releases.concern(object, b.Namespace) {
		return true
	}
	return object.Namespace != "" && slices.Contains(b.Namespaces, object.Namespace)
}
