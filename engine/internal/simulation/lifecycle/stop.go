package lifecycle

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	"k8s.io/kubernetes/pkg/kubelet/events"
)

const (
	// exitCodeTerminated is the exit code of a program without a handler for SIGTERM.
	exitCodeTerminated = 143
	// exitCodeKilled is the exit code after SIGKILL.
	exitCodeKilled = 137
)

// stop ends the containers of a pod that is being deleted. Each takes as long as its behaviour says, at
// most the grace period.
func (a *advance) stop() {
	if a.stoppingSince.IsZero() {
		a.stoppingSince = a.Now
		a.recordStops()
	}
	var grace time.Duration
	if seconds := a.pod.DeletionGracePeriodSeconds; seconds != nil {
		grace = time.Duration(*seconds) * time.Second
	}
	a.outcome.Wake = time.Time{}
	running := false
	a.forEach(func(spec *corev1.Container, c *container) {
		if !c.run.Running() {
			return
		}
		takes, code := a.Behaviour(spec).StopAfter, int32(exitCodeTerminated)
		if takes > grace {
			takes, code = grace, exitCodeKilled
		}
		if end := a.stoppingSince.Add(takes); a.Now.Before(end) {
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

func (a *advance) recordStops() {
	a.forEach(func(spec *corev1.Container, c *container) {
		if c.run.Running() {
			a.event(spec, corev1.EventTypeNormal, events.KillingContainer, "Stopping container %s", spec.Name)
		}
	})
}

func (a *advance) forEach(visit func(*corev1.Container, *container)) {
	for spec := range podutil.ContainerIter(&a.pod.Spec, podutil.AllContainers) {
		visit(spec, a.container(spec.Name))
	}
}
