package rules

import (
	"fmt"

	"github.com/gobwas/glob"

	"seatrial/engine/internal/simulation/registry"
)

// Store holds the applied rules. It is safe for concurrent use.
type Store struct {
	registry *registry.Registry[*appliedRule]
}

// NewStore returns a store without rules.
func NewStore() *Store { return &Store{registry.New[*appliedRule]("rule")} }

// OnChange adds a function that is called with a namespace whose rules have changed, or with an
// empty name when rules for all namespaces have. It must be called before rules are applied.
func (s *Store) OnChange(changed func(namespace string)) {
	s.registry.OnChange(func(entries []registry.Entry[*appliedRule]) {
		for _, namespace := range registry.Namespaces(entries) {
			changed(namespace)
		}
	})
}

// Apply applies rules to one namespace or, when it is empty, to all. They affect existing pods and
// future ones. It returns the rules' ids in order. If one rule is invalid, none is applied.
func (s *Store) Apply(target registry.Target, rules []Rule) ([]string, error) {
	if err := validateNamespace(target.Namespace); err != nil {
		return nil, err
	}
	applied := make([]*appliedRule, 0, len(rules))
	for index, rule := range rules {
		if err := rule.validate(target.Namespace); err != nil {
			return nil, fmt.Errorf("rules[%d]: %w", index, err)
		}
		one := newAppliedRule(rule)
		if rule.Selector.Image != "" {
			pattern, err := glob.Compile(rule.Selector.Image)
			if err != nil {
				return nil, fmt.Errorf("rules[%d]: selector.image is %q: %w", index, rule.Selector.Image, err)
			}
			one.image = pattern
		}
		applied = append(applied, one)
	}
	return s.registry.Apply(target, applied...), nil
}

// Remove removes rules and returns the ids of those that were applied.
func (s *Store) Remove(ids []string) []string { return s.registry.Remove(ids) }

// RemoveNamespace removes the rules of a deleted namespace.
func (s *Store) RemoveNamespace(namespace string) { s.registry.RemoveNamespace(namespace) }

// Applied is an applied rule as the engine service lists it.
type Applied struct {
	ID string `json:"id"`
	registry.Target
	Rule
	// Pods are the names of the pods that the rule has affected, in the order of the first effect.
	Pods []string `json:"pods"`
}

// List returns the rules that were applied to one namespace, or all when it is empty, oldest first.
func (s *Store) List(namespace string) []Applied {
	list := []Applied{}
	for _, entry := range s.registry.List(namespace) {
		list = append(list, Applied{
			ID: entry.ID, Target: entry.Target, Rule: entry.Value.Rule, Pods: entry.Value.affectedPods(),
		})
	}
	return list
}

// Lost reports whether a rule marks the node as lost.
func (s *Store) Lost(node string) bool {
	for _, entry := range s.registry.All() {
		rule := entry.Value
		if rule.Selector.Kind == KindNode && rule.Selector.Name == node && rule.Effect.Lost {
			return true
		}
	}
	return false
}
