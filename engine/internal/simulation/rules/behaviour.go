package rules

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"seatrial/engine/internal/simulation/lifecycle"
)

// Behaviour returns what a container does: base, changed by the rules that select the container. Of
// two rules with the same effect the later one wins. owners returns the pod's owners; it is called
// only when a rule names one.
func (s *Store) Behaviour(
	pod *corev1.Pod, container *corev1.Container, base lifecycle.Behaviour, owners func() []Owner,
) lifecycle.Behaviour {
	for _, entry := range s.registry.All() {
		rule := entry.Value
		if entry.Namespace != "" && entry.Namespace != pod.Namespace || !rule.selects(pod, container, owners) {
			continue
		}
		if rule.Effect.Evict != nil && !rule.evicts(pod) {
			continue
		}
		rule.Effect.change(&base)
		base.Source = entry.ID
		rule.recordEffectOn(pod.Name)
	}
	return base
}

func (e *Effect) change(behaviour *lifecycle.Behaviour) {
	if behaviour.FollowsProgram && (e.OOMKilled || e.ExitCode != nil || e.CrashLoop != nil || e.AfterMs != nil) {
		behaviour.FollowsProgram, behaviour.After = false, behaviour.AfterRule
	}
	switch {
	case e.OOMKilled:
		behaviour.Exits, behaviour.ExitCode, behaviour.Reason = true, 137, lifecycle.ReasonOOMKilled
	case e.ExitCode != nil:
		behaviour.Exits, behaviour.ExitCode, behaviour.Reason = true, *e.ExitCode, ""
	case e.CrashLoop != nil:
		behaviour.Exits, behaviour.ExitCode, behaviour.Reason = true, 1, ""
	case e.Evict != nil:
		// The node ends the container, however soon the container would have ended by itself.
		behaviour.Exits, behaviour.Evicted, behaviour.After = false, true, 0
	}
	if e.CrashLoop != nil {
		setMilliseconds(&behaviour.Backoff, e.CrashLoop.BackoffMs)
		setMilliseconds(&behaviour.MaxBackoff, e.CrashLoop.MaxBackoffMs)
	}
	if e.Logs != nil {
		behaviour.Logs = e.Logs
	}
	setMilliseconds(&behaviour.After, e.AfterMs)
	setMilliseconds(&behaviour.StopAfter, e.StopAfterMs)
	if e.ImagePullError != nil {
		behaviour.PullError = *e.ImagePullError
	}
	if e.NeverReady {
		behaviour.NeverReady = true
		behaviour.ProbeFailures = []lifecycle.ProbeFailure{{Message: "Readiness probe failed: simulated: this container never becomes ready"}}
	}
	if e.ReadyAfterMs != nil {
		behaviour.NeverReady, behaviour.NeverStarted, behaviour.StartedAfter = false, false, 0
		behaviour.ProbeFailures, behaviour.Kill = nil, nil
		setMilliseconds(&behaviour.ReadyAfter, e.ReadyAfterMs)
	}
}

func setMilliseconds(into *time.Duration, value *int64) {
	if value != nil {
		*into = time.Duration(*value) * time.Millisecond
	}
}
