package lifecycle

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	"k8s.io/kubernetes/pkg/kubelet/events"
	"k8s.io/utils/ptr"
)

const (
	// exitCodeTerminated is the exit code of a program without a handler for SIGTERM.
	exitCodeTerminated = 143
	// exitCodeKilled is the exit code after SIGKILL.
	exitCodeKilled = 137
	// minimumGracePeriod is what a preStop hook always leaves of the grace period
	// (kuberuntime.minimumGracePeriodInSeconds).
	minimumGracePeriod = 2 * time.Second
)

// stop ends the containers of a pod that is being deleted. Each takes as long as its preStop hook and its
// behaviour say, at most the grace period.
func (a *advance) stop() {
	grace := a.gracePeriod()
	if a.stoppingSince.IsZero() {
		a.stoppingSince = a.Now
		a.recordStops()
	}
	a.outcome.Wake = time.Time{}
	running := false
	a.forEach(func(spec *corev1.Container, c *container) {
		if !c.run.Running() {
			return
		}
		behaviour := a.Behaviour(spec)
		hook, left := behaviour.PreStop.run(grace)
		takes, code := behaviour.StopAfter, int32(exitCodeTerminated)
		if takes > left {
			takes, code = left, exitCodeKilled
		}
		if end := a.stoppingSince.Add(hook + takes); a.Now.Before(end) {
			running = true
			a.wakeAt(end)
			return
		}
		c.end(a.Now, code, reasonError)
	})
	if running {
		return
	}
	a.phase = corev1.PodSucceeded
	for i := range a.pod.Spec.Containers {
		if c := a.container(a.pod.Spec.Containers[i].Name); c.run == nil || c.run.ExitCode != 0 {
			a.phase = corev1.PodFailed
		}
	}
}

// run returns how long the hook takes here, and what it leaves of the grace period in the time of the spec.
func (p *PreStop) run(grace time.Duration) (takes, left time.Duration) {
	if p == nil || grace == 0 {
		return 0, grace
	}
	inSpec := min(p.Takes, grace)
	return time.Duration(float64(inSpec) * p.Scale), max(grace-inSpec, minimumGracePeriod)
}

func (a *advance) recordStops() {
	a.forEach(func(spec *corev1.Container, c *container) {
		if !c.run.Running() {
			return
		}
		a.event(spec, corev1.EventTypeNormal, events.KillingContainer, "Stopping container %s", spec.Name)
		if hook := a.Behaviour(spec).PreStop; hook != nil && hook.Fails && a.gracePeriod() > 0 {
			a.event(spec, corev1.EventTypeWarning, events.FailedPreStopHook, "PreStopHook failed")
		}
	})
}

// gracePeriod is that of the deletion, and of the spec for a pod that is not being deleted.
func (a *advance) gracePeriod() time.Duration {
	seconds := a.pod.Spec.TerminationGracePeriodSeconds
	if a.pod.DeletionTimestamp != nil {
		seconds = a.pod.DeletionGracePeriodSeconds
	}
	return time.Duration(ptr.Deref(seconds, 0)) * time.Second
}

func (a *advance) forEach(visit func(*corev1.Container, *container)) {
	for spec := range podutil.ContainerIter(&a.pod.Spec, podutil.AllContainers) {
		visit(spec, a.container(spec.Name))
	}
}
