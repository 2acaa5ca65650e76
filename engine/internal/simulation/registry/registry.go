// Package registry keeps what users apply to the simulation, rules and Stages, until it is removed.
package registry

import (
	"slices"
	"strconv"
	"sync"
)

// Target is what values apply to, and who has applied them.
type Target struct {
	// Namespace is the namespace in which the values apply; empty for all namespaces.
	Namespace string `json:"namespace,omitempty"`
	// Owner marks the process that has applied them; empty for values that stay when it ends. What a killed process
	// has left can be found by it.
	Owner string `json:"owner,omitempty"`
}

// Entry is an applied value.
type Entry[T any] struct {
	ID string
	Target
	Value T
}

// Registry holds applied values, oldest first. It is safe for concurrent use.
type Registry[T any] struct {
	prefix    string
	listeners []func(changed []Entry[T])

	mu   sync.RWMutex
	last int
	// entries is replaced, never changed in place, so that readers need no copy.
	entries []Entry[T]
}

// New returns an empty registry whose ids are the prefix, a dash and a number.
func New[T any](prefix string) *Registry[T] { return &Registry[T]{prefix: prefix} }

// OnChange adds a function that is called with the entries that were added or removed. All
// functions must be added before the registry is used.
func (r *Registry[T]) OnChange(listener func(changed []Entry[T])) {
	r.listeners = append(r.listeners, listener)
}

// Apply adds values and returns their ids in order.
func (r *Registry[T]) Apply(target Target, values ...T) []string {
	r.mu.Lock()
	added := make([]Entry[T], 0, len(values))
	for _, value := range values {
		r.last++
		id := r.prefix + "-" + strconv.Itoa(r.last)
		added = append(added, Entry[T]{ID: id, Target: target, Value: value})
	}
	r.entries = slices.Concat(r.entries, added)
	r.mu.Unlock()
	return r.notify(added)
}

// Remove removes entries by their ids and returns the ids that were in the registry.
func (r *Registry[T]) Remove(ids []string) []string {
	return r.remove(func(entry Entry[T]) bool { return slices.Contains(ids, entry.ID) })
}

// RemoveNamespace removes the entries of a deleted namespace.
func (r *Registry[T]) RemoveNamespace(namespace string) {
	r.remove(func(entry Entry[T]) bool { return namespace != "" && entry.Namespace == namespace })
}

func (r *Registry[T]) remove(matches func(Entry[T]) bool) []string {
	var kept, removed []Entry[T]
	r.mu.Lock()
	for _, entry := range r.entries {
		if matches(entry) {
			removed = append(removed, entry)
		} else {
			kept = append(kept, entry)
		}
	}
	r.entries = kept
	r.mu.Unlock()
	return r.notify(removed)
}

func (r *Registry[T]) notify(changed []Entry[T]) []string {
	ids := make([]string, 0, len(changed))
	for _, entry := range changed {
		ids = append(ids, entry.ID)
	}
	if len(changed) > 0 {
		for _, listener := range r.listeners {
			listener(changed)
		}
	}
	return ids
}

// All returns the entries, oldest first. The caller must not change the slice.
func (r *Registry[T]) All() []Entry[T] {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.entries
}

// List returns the entries that were applied to one namespace, or all when it is empty.
func (r *Registry[T]) List(namespace string) []Entry[T] {
	var list []Entry[T]
	for _, entry := range r.All() {
		if namespace == "" || entry.Namespace == namespace {
			list = append(list, entry)
		}
	}
	return list
}

// Namespaces returns the namespaces of the entries, each once.
func Namespaces[T any](entries []Entry[T]) []string {
	var namespaces []string
	for _, entry := range entries {
		if !slices.Contains(namespaces, entry.Namespace) {
			namespaces = append(namespaces, entry.Namespace)
		}
	}
	return namespaces
}
