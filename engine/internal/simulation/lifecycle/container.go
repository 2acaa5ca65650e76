package lifecycle

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/distribution/reference"
	corev1 "k8s.io/api/core/v1"
	kubecontainer "k8s.io/kubernetes/pkg/kubelet/container"
	"k8s.io/kubernetes/pkg/kubelet/events"
	"k8s.io/kubernetes/pkg/kubelet/images"
	"k8s.io/kubernetes/pkg/kubelet/util/format"
)

const (
	reasonContainerCreating = "ContainerCreating"
	reasonPodInitializing   = "PodInitializing"
	reasonConfigError       = "CreateContainerConfigError"
)

var (
	reasonCrashLoopBackOff = kubecontainer.ErrCrashLoopBackOff.Error()
	reasonImagePullBackOff = images.ErrImagePullBackOff.Error()
)

// start runs a container, or says why it waits.
func (a *advance) start(spec *corev1.Container) {
	c := a.container(spec.Name)
	behaviour := a.Behaviour(spec)
	if _, err := reference.ParseNormalizedNamed(spec.Image); err != nil {
		message := fmt.Sprintf("Failed to apply default image tag %q: couldn't parse image name %q: %v", spec.Image, spec.Image, err)
		a.wait(spec, c, corev1.EventTypeWarning, events.FailedToInspectImage, images.ErrInvalidImageName.Error(), message)
		return
	}
	if behaviour.PullError != "" {
		a.failPull(spec, c, behaviour)
		return
	}
	c.pullFailedAt = time.Time{}
	if problem := a.ConfigProblem(spec); problem != "" {
		a.wait(spec, c, corev1.EventTypeWarning, events.FailedToCreateContainer, reasonConfigError, problem)
		return
	}
	if c.run != nil {
		c.previous = c.run
	}
	c.runs++
	c.run = &Run{ID: runID(a.pod, spec.Name, c.runs), StartedAt: a.Now, Logs: behaviour.Logs}
	c.waiting = nil
	c.source = behaviour.Source
	a.event(spec, corev1.EventTypeNormal, events.PulledImage, "Container image %q is simulated: nothing is pulled", spec.Image)
	a.event(spec, corev1.EventTypeNormal, events.CreatedContainer, "Container created")
	a.event(spec, corev1.EventTypeNormal, events.StartedContainer, "Container started")
	if behaviour.NeverReady {
		a.event(spec, corev1.EventTypeWarning, events.ContainerUnhealthy, "Readiness probe failed: simulated: this container never becomes ready")
	}
	a.wakeAtEnd(spec, c)
}

// wait says why a container does not run, with an event when the reason is a new one.
func (a *advance) wait(spec *corev1.Container, c *container, kind, eventReason, reason, message string) {
	if c.waiting != nil && c.waiting.Reason == reason && c.waiting.Message == message {
		return
	}
	c.waiting = &corev1.ContainerStateWaiting{Reason: reason, Message: message}
	if reason == reasonConfigError || reason == images.ErrImagePull.Error() {
		message = "Error: " + message
	}
	a.event(spec, kind, eventReason, "%s", message)
}

// failPull shows both states between which a kubelet goes: the failed pull, and the pause before the next one.
func (a *advance) failPull(spec *corev1.Container, c *container, behaviour Behaviour) {
	cause := fmt.Sprintf("failed to pull and unpack image %q: %s", spec.Image, behaviour.PullError)
	if c.pullFailedAt.IsZero() {
		c.pullFailedAt = a.Now
		a.event(spec, corev1.EventTypeNormal, events.PullingImage, "Pulling image %q", spec.Image)
		a.event(spec, corev1.EventTypeWarning, events.FailedToPullImage, "Failed to pull image %q: %s", spec.Image, cause)
		a.wait(spec, c, corev1.EventTypeWarning, events.FailedToPullImage, images.ErrImagePull.Error(), cause)
		if missing := a.MissingPullSecrets(); len(missing) > 0 {
			a.event(nil, corev1.EventTypeWarning, "FailedToRetrieveImagePullSecret",
				"Unable to retrieve some image pull secrets (%s); attempting to pull the image may not succeed.", strings.Join(missing, ", "))
		}
	}
	pauseAt := c.pullFailedAt.Add(pullErrorShown)
	if a.Now.Before(pauseAt) {
		a.wakeAt(pauseAt)
		return
	}
	message := fmt.Sprintf("Back-off pulling image %q: %s: %s", spec.Image, images.ErrImagePull, cause)
	a.wait(spec, c, corev1.EventTypeNormal, events.BackOffPullImage, reasonImagePullBackOff, message)
}

// pullErrorShown is how long ErrImagePull is shown before ImagePullBackOff.
const pullErrorShown = 50 * time.Millisecond

// restart starts a container that has ended again, at once after its first run and behind a growing pause later.
func (a *advance) restart(spec *corev1.Container, c *container) {
	behaviour := a.Behaviour(spec)
	if !c.endShown {
		// The end must be seen before the next start.
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
				"Back-off restarting failed container %s in pod %s", spec.Name, format.Pod(a.pod))
		}
		a.wakeAt(due)
		return
	}
	a.start(spec)
}

// endRuns ends the runs whose time is up.
func (a *advance) endRuns() {
	for i := range a.pod.Spec.InitContainers {
		a.endRun(&a.pod.Spec.InitContainers[i])
	}
	for i := range a.pod.Spec.Containers {
		a.endRun(&a.pod.Spec.Containers[i])
	}
}

func (a *advance) endRun(spec *corev1.Container) {
	c := a.container(spec.Name)
	if !c.run.Running() {
		return
	}
	behaviour := a.Behaviour(spec)
	if !behaviour.Exits || a.Now.Before(c.run.StartedAt.Add(behaviour.After)) {
		return
	}
	c.end(a.Now, behaviour.ExitCode, behaviour.Reason)
	c.backoff = nextBackoff(c, behaviour)
}

// nextBackoff is a kubelet's: none after the first run, then doubling, and forgotten after a long run.
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

// endAll ends what still runs.
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

// wakeAtEnd has the pod looked at again when the container ends or becomes ready.
func (a *advance) wakeAtEnd(spec *corev1.Container, c *container) {
	behaviour := a.Behaviour(spec)
	if behaviour.Exits || behaviour.Evicted {
		a.wakeAt(c.run.StartedAt.Add(behaviour.After))
	}
	if ready := c.run.StartedAt.Add(behaviour.ReadyAfter); a.Now.Before(ready) {
		a.wakeAt(ready)
	}
}

// runID has the form of a runtime's container id, and names the runtime that does not exist.
func runID(pod *corev1.Pod, name string, run int32) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%s/%d", pod.UID, name, run))
	return "simulated://" + hex.EncodeToString(sum[:])
}
