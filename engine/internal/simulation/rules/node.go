package rules

import (
	"errors"
	"fmt"
	"reflect"
)

// validateNode says what is wrong with a rule for a node.
func (r *Rule) validateNode() error {
	switch {
	case r.Selector.Kind != KindNode || r.Selector.Name == "":
		return errors.New("effect.lost is for a Node: selector.kind must be Node and selector.name its name")
	case !reflect.DeepEqual(r.Selector, Selector{Kind: KindNode, Name: r.Selector.Name}):
		return errors.New("selector has more than the kind and the name of a Node")
	case r.Effect != Effect{Lost: true}:
		return errors.New("effect has something for a Node that is not lost")
	}
	return nil
}

// Lost says whether the kubelet of a node is silent.
func (s *Store) Lost(node string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, rule := range s.rules {
		if rule.Selector.Kind == KindNode && rule.Selector.Name == node && rule.Effect.Lost {
			return true
		}
	}
	return false
}

// checkPlace refuses a rule for a node in a namespace, in which no node is.
func checkPlace(namespace string, rule *Rule) error {
	if namespace != "" && rule.Selector.Kind == KindNode {
		return fmt.Errorf("a Node is in no namespace: the rule for %s is for namespace %s", rule.Selector.Name, namespace)
	}
	return nil
}
