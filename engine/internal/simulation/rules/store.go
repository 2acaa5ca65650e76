package rules

import (
	"fmt"
	"slices"
	"strconv"
	"sync"

	"github.com/gobwas/glob"
	"k8s.io/apimachinery/pkg/types"
)

// Store holds the rules in force. It is safe for concurrent use.
type Store struct {
	mu    sync.RWMutex
	next  int
	rules []*Applied
	// changed is told the namespace in which other rules hold now; empty for all namespaces.
	changed func(namespace string)
}

// NewStore returns a store without rules.
func NewStore(changed func(namespace string)) *Store { return &Store{changed: changed} }

// Apply puts rules in force, for one namespace or, when it is empty, for all. Pods that exist are concerned as well as pods to come.
// It returns the rules' ids in their order; of rules with a mistake none is put in force.
func (s *Store) Apply(namespace string, rules []Rule) ([]string, error) {
	if err := validateNamespace(namespace); err != nil {
		return nil, err
	}
	applied := make([]*Applied, 0, len(rules))
	for index, rule := range rules {
		if err := rule.validate(); err != nil {
			return nil, fmt.Errorf("rules[%d]: %w", index, err)
		}
		if err := checkPlace(namespace, &rule); err != nil {
			return nil, fmt.Errorf("rules[%d]: %w", index, err)
		}
		one := &Applied{Namespace: namespace, Rule: rule, Pods: []string{}, noted: map[string]bool{}, evicted: map[types.UID]bool{}}
		if rule.Selector.Image != "" {
			pattern, err := glob.Compile(rule.Selector.Image)
			if err != nil {
				return nil, fmt.Errorf("rules[%d]: selector.image is %q: %w", index, rule.Selector.Image, err)
			}
			one.image = pattern
		}
		applied = append(applied, one)
	}
	ids := make([]string, 0, len(applied))
	s.mu.Lock()
	for _, one := range applied {
		s.next++
		one.ID = "rule-" + strconv.Itoa(s.next)
		ids = append(ids, one.ID)
	}
	s.rules = append(s.rules, applied...)
	s.mu.Unlock()
	if len(applied) > 0 {
		s.changed(namespace)
	}
	return ids, nil
}

// Remove takes rules out of force and returns the ids of those that were.
func (s *Store) Remove(ids []string) []string {
	return s.remove(func(rule *Applied) bool { return slices.Contains(ids, rule.ID) })
}

// RemoveNamespace takes the rules of a namespace that has gone out of force.
func (s *Store) RemoveNamespace(namespace string) {
	s.remove(func(rule *Applied) bool { return namespace != "" && rule.Namespace == namespace })
}

func (s *Store) remove(matches func(*Applied) bool) []string {
	removed := []string{}
	namespaces := map[string]bool{}
	s.mu.Lock()
	s.rules = slices.DeleteFunc(s.rules, func(rule *Applied) bool {
		if !matches(rule) {
			return false
		}
		removed = append(removed, rule.ID)
		namespaces[rule.Namespace] = true
		return true
	})
	s.mu.Unlock()
	for namespace := range namespaces {
		s.changed(namespace)
	}
	return removed
}

// List returns the rules in force, oldest first, or those of one namespace.
func (s *Store) List(namespace string) []Applied {
	s.mu.RLock()
	defer s.mu.RUnlock()
	list := []Applied{}
	for _, rule := range s.rules {
		if namespace == "" || rule.Namespace == namespace {
			copied := *rule
			copied.Pods = slices.Clone(rule.Pods)
			list = append(list, copied)
		}
	}
	return list
}
