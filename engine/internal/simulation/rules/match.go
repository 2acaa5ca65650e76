package rules

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"

	"seatrial/engine/internal/simulation/lifecycle"
)

// Owner is an object that a pod belongs to, directly or through others.
type Owner struct {
	Kind string
	Name string
}

// Behaviour is what a container does: base, changed by the rules that select it. Of two rules with the same effect the later one holds.
// owners is asked for the pod's owners only when a rule names one.
func (s *Store) Behaviour(
	pod *corev1.Pod, container *corev1.Container, base lifecycle.Behaviour, owners func() []Owner,
) lifecycle.Behaviour {
	s.mu.RLock()
	var matching []*Applied
	for _, rule := range s.rules {
		if rule.selects(pod, container, owners) {
			matching = append(matching, rule)
		}
	}
	s.mu.RUnlock()
	for _, rule := range matching {
		if rule.Effect.Evict != nil && !s.evicts(rule, pod) {
			continue
		}
		rule.Effect.change(&base)
		base.Source = rule.ID
		s.note(rule, pod.Name)
	}
	return base
}

// note remembers that a rule has had an effect on a pod.
func (s *Store) note(rule *Applied, pod string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !rule.noted[pod] {
		rule.noted[pod] = true
		rule.Pods = append(rule.Pods, pod)
	}
}

// evicts says whether a pod is among those that a rule evicts: so many, those first that are looked at first.
func (s *Store) evicts(rule *Applied, pod *corev1.Pod) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if rule.evicted[pod.UID] {
		return true
	}
	if int64(len(rule.evicted)) >= *rule.Effect.Evict || pod.DeletionTimestamp != nil || podutil.IsPodTerminal(pod) {
		return false
	}
	rule.evicted[pod.UID] = true
	return true
}

func (a *Applied) selects(pod *corev1.Pod, container *corev1.Container, owners func() []Owner) bool {
	selector := &a.Selector
	if a.Namespace != "" && a.Namespace != pod.Namespace || selector.Kind == KindNode {
		return false
	}
	for key, value := range selector.Labels {
		if actual, present := pod.Labels[key]; !present || actual != value {
			return false
		}
	}
	return a.selectsContainer(pod, container) && selector.selectsOwner(pod, owners)
}

func (a *Applied) selectsContainer(pod *corev1.Pod, container *corev1.Container) bool {
	selector := &a.Selector
	if selector.Container == "" && a.image == nil {
		return slices.ContainsFunc(pod.Spec.Containers, func(other corev1.Container) bool { return other.Name == container.Name })
	}
	return (selector.Container == "" || selector.Container == container.Name) && (a.image == nil || a.image.Match(container.Image))
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

func (e *Effect) change(behaviour *lifecycle.Behaviour) {
	switch {
	case e.OOMKilled:
		behaviour.Exits, behaviour.ExitCode, behaviour.Reason = true, 137, lifecycle.ReasonOOMKilled
	case e.ExitCode != nil:
		behaviour.Exits, behaviour.ExitCode, behaviour.Reason = true, *e.ExitCode, ""
	case e.CrashLoop != nil:
		behaviour.Exits, behaviour.ExitCode, behaviour.Reason = true, 1, ""
	case e.Evict != nil:
		// It is the node that ends the container, however short the container's own time is.
		behaviour.Exits, behaviour.Evicted, behaviour.After = false, true, 0
	}
	if e.CrashLoop != nil {
		milliseconds(&behaviour.Backoff, e.CrashLoop.BackoffMs)
		milliseconds(&behaviour.MaxBackoff, e.CrashLoop.MaxBackoffMs)
	}
	if e.Logs != nil {
		behaviour.Logs = e.Logs
	}
	milliseconds(&behaviour.After, e.AfterMs)
	milliseconds(&behaviour.StopAfter, e.StopAfterMs)
	if e.ImagePullError != nil {
		behaviour.PullError = *e.ImagePullError
	}
	if e.NeverReady {
		behaviour.NeverReady = true
	}
	if e.ReadyAfterMs != nil {
		behaviour.NeverReady = false
		milliseconds(&behaviour.ReadyAfter, e.ReadyAfterMs)
	}
}

func milliseconds(into *time.Duration, value *int64) {
	if value != nil {
		*into = time.Duration(*value) * time.Millisecond
	}
}
