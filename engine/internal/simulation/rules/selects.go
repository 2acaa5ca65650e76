package rules

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// Owner is an object that owns a pod, directly or through other objects.
type Owner struct {
	Kind string
	Name string
}

// selects reports whether the rule is for a container. owners is called only when it matters.
func (r *appliedRule) selects(pod *corev1.Pod, container *corev1.Container, owners func() []Owner) bool {
	selector := &r.Selector
	if selector.Kind == KindNode {
		return false
	}
	for key, value := range selector.Labels {
		if actual, present := pod.Labels[key]; !present || actual != value {
			return false
		}
	}
	return r.selectsContainer(pod, container) && selector.selectsOwner(pod, owners)
}

func (r *appliedRule) selectsContainer(pod *corev1.Pod, container *corev1.Container) bool {
	selector := &r.Selector
	if selector.Container == "" && r.image == nil {
		return slices.ContainsFunc(pod.Spec.Containers, func(other corev1.Container) bool { return other.Name == container.Name })
	}
	return (selector.Container == "" || selector.Container == container.Name) && (r.image == nil || r.image.Match(container.Image))
}

func (s *Selector) selectsOwner(pod *corev1.Pod, owners func() []Owner) bool {
	matches := func(owner Owner) bool {
		return (s.Kind == "" || s.Kind == owner.Kind) && (s.Name == "" || s.Name == owner.Name)
	}
	if s.Kind == "" && s.Name == "" || matches(Owner{Kind: "Pod", Name: pod.Name}) {
		return true
	}
	return s.Kind != "Pod" && slices.ContainsFunc(owners(), matches)
}
