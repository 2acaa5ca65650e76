package rules

import (
	"errors"
	"fmt"
	"reflect"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation"
)

// validate returns what is wrong with a rule that is to be applied to a namespace.
func (r *Rule) validate(namespace string) error {
	effect := r.Effect
	if effect == (Effect{}) {
		return errors.New("effect is empty")
	}
	if r.Selector.Kind == KindNode || effect.Lost {
		return r.validateNode(namespace)
	}
	ends := 0
	for _, given := range []bool{
		effect.ExitCode != nil && effect.CrashLoop == nil, effect.OOMKilled, effect.CrashLoop != nil, effect.Evict != nil,
	} {
		if given {
			ends++
		}
	}
	if ends > 1 {
		return errors.New("effect has more than one of exitCode, oomKilled, crashLoop and evict")
	}
	if count := effect.Evict; count != nil && *count < 1 {
		return fmt.Errorf("effect.evict is %d: it must be at least 1", *count)
	}
	if effect.NeverReady && effect.ReadyAfterMs != nil {
		return errors.New("effect has both neverReady and readyAfterMs")
	}
	if code := effect.ExitCode; code != nil && (*code < 0 || *code > 255) {
		return fmt.Errorf("effect.exitCode is %d: it must be between 0 and 255", *code)
	}
	for name, value := range effect.durations() {
		if value != nil && *value < 0 {
			return fmt.Errorf("effect.%s is %d: it must not be negative", name, *value)
		}
	}
	for key, value := range r.Selector.Labels {
		if _, err := labels.ValidatedSelectorFromSet(labels.Set{key: value}); err != nil {
			return fmt.Errorf("selector.labels: %w", err)
		}
	}
	return nil
}

func (r *Rule) validateNode(namespace string) error {
	switch {
	case r.Selector.Kind != KindNode || r.Selector.Name == "":
		return errors.New("effect.lost is for a Node: selector.kind must be Node and selector.name its name")
	case !reflect.DeepEqual(r.Selector, Selector{Kind: KindNode, Name: r.Selector.Name}):
		return errors.New("selector has more than the kind and the name of a Node")
	case r.Effect != Effect{Lost: true}:
		return errors.New("effect has a field other than lost, the only one for a Node")
	case namespace != "":
		return fmt.Errorf("a Node has no namespace: the rule for %s is for namespace %s", r.Selector.Name, namespace)
	}
	return nil
}

func validateNamespace(namespace string) error {
	if namespace == "" {
		return nil
	}
	if problems := validation.IsDNS1123Label(namespace); len(problems) > 0 {
		return fmt.Errorf("namespace is %q: %s", namespace, problems[0])
	}
	return nil
}
