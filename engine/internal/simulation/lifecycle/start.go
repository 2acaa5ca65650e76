package lifecycle

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/distribution/reference"
	corev1 "k8s.io/api/core/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	"k8s.io/kubernetes/pkg/kubelet/events"
	"k8s.io/kubernetes/pkg/kubelet/images"
)

const reasonConfigError = "CreateContainerConfigError"

// start starts a container, or says why it waits.
func (a *advance) start(spec *corev1.Container) {
	c := a.container(spec.Name)
	behaviour := a.Behaviour(spec)
	if _, err := reference.ParseNormalizedNamed(spec.Image); err != nil {
		message := fmt.Sprintf("Failed to apply default image tag %q: couldn't parse image name %q: %v", spec.Image, spec.Image, err)
		if a.wait(c, images.ErrInvalidImageName.Error(), message) {
			a.event(spec, corev1.EventTypeWarning, events.FailedToInspectImage, "%s", message)
			a.failed(spec, images.ErrInvalidImageName.Error())
		}
		return
	}
	if behaviour.PullError != "" {
		a.failPull(spec, c, behaviour)
		return
	}
	c.pullFailedAt = time.Time{}
	if problem := a.ConfigProblem(spec); problem.Message != "" {
		if a.wait(c, reasonConfigError, problem.Message) {
			a.pulled(spec)
			event := a.failed(spec, problem.Message)
			event.Missing, event.Permanent = problem.Missing, problem.Permanent
		}
		return
	}
	if c.run != nil {
		c.previous = c.run
	}
	c.runs++
	c.run = &Run{ID: runID(a.pod, spec.Name, c.runs), StartedAt: a.Now, Logs: behaviour.Logs}
	c.waiting = nil
	c.source = behaviour.Source
	a.pulled(spec)
	a.event(spec, corev1.EventTypeNormal, events.CreatedContainer, "Container created")
	a.event(spec, corev1.EventTypeNormal, events.StartedContainer, "Container started").Endless = behaviour.isEndless() && !podutil.IsRestartableInitContainer(spec)
	if behaviour.HookFails {
		a.event(spec, corev1.EventTypeWarning, events.FailedPostStartHook, "PostStartHook failed")
		a.event(spec, corev1.EventTypeNormal, events.KillingContainer, events.FailedPostStartHook)
		c.end(a.Now, exitCodeKilled, reasonError)
		c.backoff = nextBackoff(c, behaviour)
		a.wakeAt(a.Now)
		return
	}
	for _, failure := range behaviour.ProbeFailures {
		a.event(spec, corev1.EventTypeWarning, events.ContainerUnhealthy, "%s", failure.Message).Permanent = failure.Permanent
	}
	a.wakeAtEnd(spec, c)
}

// wait says why a container does not run, and reports whether that is new: then there are events about it.
func (a *advance) wait(c *container, reason, message string) bool {
	if c.waiting != nil && c.waiting.Reason == reason && c.waiting.Message == message {
		return false
	}
	c.waiting = &corev1.ContainerStateWaiting{Reason: reason, Message: message}
	return true
}

// pulled is about an image that is on the node.
func (a *advance) pulled(spec *corev1.Container) {
	a.event(spec, corev1.EventTypeNormal, events.PulledImage, "Container image %q is simulated: nothing is pulled", spec.Image)
}

// failed is about a container that cannot be created.
func (a *advance) failed(spec *corev1.Container, cause string) *Event {
	return a.event(spec, corev1.EventTypeWarning, events.FailedToCreateContainer, "Error: %s", cause)
}

// runID has the form of a container runtime's id; the runtime "simulated" does not exist.
func runID(pod *corev1.Pod, name string, run int32) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%s/%d", pod.UID, name, run))
	return "simulated://" + hex.EncodeToString(sum[:])
}
