package lifecycle

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	kubecontainer "k8s.io/kubernetes/pkg/kubelet/container"
	"k8s.io/kubernetes/pkg/kubelet/events"
	"k8s.io/kubernetes/pkg/kubelet/util/format"
)

var reasonCrashLoopBackOff = kubecontainer.ErrCrashLoopBackOff.Error()

// restart starts an ended container again: at once after its first run, after a growing pause later.
func (a *advance) restart(spec *corev1.Container, c *container) {
	behaviour := a.Behaviour(spec)
	if !c.endShown {
		// A status must show the end before the next start.
		c.endShown = true
		a.wakeAt(a.Now)
		return
	}
	due := c.run.FinishedAt.Add(c.backoff)
	if c.source == behaviour.Source && a.Now.Before(due) {
		message := fmt.Sprintf("back-off %s restarting failed container=%s pod=%s", c.backoff, spec.Name, format.Pod(a.pod))
		if c.waiting == nil {
			c.waiting = &corev1.ContainerStateWaiting{Reason: reasonCrashLoopBackOff, Message: message}
			a.event(spec, corev1.EventTypeWarning, events.BackOffStartContainer,
				"Back-off restarting failed container %s in pod %s", spec.Name, format.Pod(a.pod)).Permanent = behaviour.alwaysEnds()
		}
		a.wakeAt(due)
		return
	}
	a.start(spec)
}

// nextBackoff is a kubelet's: no pause after the first run, then doubling, and reset by a long run.
func nextBackoff(c *container, behaviour Behaviour) time.Duration {
	switch ran := c.run.FinishedAt.Sub(c.run.StartedAt); {
	case c.runs == 1 || c.source != behaviour.Source || ran > 2*behaviour.MaxBackoff:
		return 0
	case c.backoff == 0:
		return min(behaviour.Backoff, behaviour.MaxBackoff)
	default:
		return min(2*c.backoff, behaviour.MaxBackoff)
	}
}
