package lifecycle

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	"k8s.io/kubernetes/pkg/kubelet/events"

	"seatrial/engine/internal/simulation/environment"
)

const (
	reasonCompleted = "Completed"
	reasonError     = "Error"
)

// Defaults are the durations for containers that no rule selects.
type Defaults struct {
	// Completion is how long a container runs that ends by itself.
	Completion time.Duration
	// Backoff and MaxBackoff are the first and the longest pause between restarts.
	Backoff    time.Duration
	MaxBackoff time.Duration
	// Scale is how long a second of the spec takes, in seconds, where a pod only waits: the sleeps of a
	// container that has to end, and the delay of a probe before the container is ready.
	Scale float64
}

// KubeletDefaults are a kubelet's pauses between restarts, and a completion that is long enough to be
// observed as a state of its own.
var KubeletDefaults = Defaults{
	Completion: 20 * time.Millisecond, Backoff: 10 * time.Second, MaxBackoff: 5 * time.Minute, Scale: 0.01,
}

// Default returns the behaviour of a container that no rule selects. What its command does not say: a
// container that would be restarted after a success runs forever, and so does one of a pod that serves; any other
// succeeds after Completion.
// addresses are variables of containers. jobDeadline returns the activeDeadlineSeconds of the pod's Job; it is called only when it matters.
func (d Defaults) Default(
	pod *corev1.Pod, container *corev1.Container, addresses environment.Addresses, jobDeadline func() *int64,
) Behaviour {
	behaviour := Behaviour{Backoff: d.Backoff, MaxBackoff: d.MaxBackoff}
	switch {
	case isInit(pod, container.Name) && !podutil.IsRestartableInitContainer(container):
		behaviour.Exits = true
	case podEnds(pod) && !podutil.ContainerShouldRestart(*container, pod.Spec, 0) && !isEphemeral(pod, container.Name):
		behaviour.Exits = true
		behaviour.After = d.Completion
	}
	variables := environment.Of(pod, container, addresses)
	d.followProgram(&behaviour, pod, container, variables, jobDeadline)
	d.followProbes(&behaviour, container, variables)
	d.followHooks(&behaviour, container, variables)
	return behaviour
}

// podEnds is false for a pod that serves, also if one of its containers has a restart policy of its own: the pod would
// not be ready without the container.
func podEnds(pod *corev1.Pod) bool {
	return pod.Spec.RestartPolicy == corev1.RestartPolicyNever || pod.Spec.RestartPolicy == corev1.RestartPolicyOnFailure
}

// endRuns ends the runs whose time is over.
func (a *advance) endRuns() {
	a.forEach(func(spec *corev1.Container, _ *container) { a.endRun(spec) })
}

func (a *advance) endRun(spec *corev1.Container) {
	c := a.container(spec.Name)
	if !c.run.Running() {
		return
	}
	behaviour := a.Behaviour(spec)
	switch ran := a.Now.Sub(c.run.StartedAt); {
	case behaviour.Exits && ran >= behaviour.After:
		c.end(a.Now, behaviour.ExitCode, behaviour.Reason)
	case behaviour.Kill != nil && ran >= behaviour.Kill.After:
		a.event(spec, corev1.EventTypeNormal, events.KillingContainer, "%s", behaviour.Kill.Message)
		c.end(a.Now, exitCodeTerminated, reasonError)
	default:
		return
	}
	c.backoff = nextBackoff(c, behaviour)
}

func (c *container) end(now time.Time, exitCode int32, reason string) {
	if reason == "" {
		reason = reasonCompleted
		if exitCode != 0 {
			reason = reasonError
		}
	}
	c.run.FinishedAt, c.run.ExitCode, c.run.Reason = now, exitCode, reason
	c.endShown = false
}

// endAll ends the containers that still run.
func (a *advance) endAll(exitCode int32, reason string) {
	for _, c := range a.containers {
		if c.run.Running() {
			c.end(a.Now, exitCode, reason)
		}
		if c.waiting != nil && c.waiting.Reason == reasonCrashLoopBackOff {
			c.waiting = nil
		}
	}
}

// wakeAtEnd wakes the pod when the container ends, or when its probes first succeed.
func (a *advance) wakeAtEnd(spec *corev1.Container, c *container) {
	behaviour := a.Behaviour(spec)
	if behaviour.Exits || behaviour.Evicted {
		a.wakeAt(c.run.StartedAt.Add(behaviour.After))
	}
	if behaviour.Kill != nil {
		a.wakeAt(c.run.StartedAt.Add(behaviour.Kill.After))
	}
	for _, after := range []time.Duration{behaviour.StartedAfter, behaviour.ReadyAfter} {
		if at := c.run.StartedAt.Add(after); a.Now.Before(at) {
			a.wakeAt(at)
		}
	}
}

func isInit(pod *corev1.Pod, name string) bool {
	for i := range pod.Spec.InitContainers {
		if pod.Spec.InitContainers[i].Name == name {
			return true
		}
	}
	return false
}

func isEphemeral(pod *corev1.Pod, name string) bool {
	for i := range pod.Spec.EphemeralContainers {
		if pod.Spec.EphemeralContainers[i].Name == name {
			return true
		}
	}
	return false
}
