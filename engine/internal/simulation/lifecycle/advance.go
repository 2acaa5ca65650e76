package lifecycle

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	"k8s.io/kubernetes/pkg/kubelet/events"
	"k8s.io/kubernetes/pkg/kubelet/eviction"
)

// advance is one call of Advance.
type advance struct {
	*Pod
	World
	pod     *corev1.Pod
	outcome Outcome
}

// Advance brings the pod to its state at World.Now. The caller must compute the Status after each call.
func (p *Pod) Advance(pod *corev1.Pod, world World) Outcome {
	a := &advance{Pod: p, World: world, pod: pod}
	if p.startedAt.IsZero() {
		p.startedAt = world.Now
	}
	if p.phase == "" && podutil.IsPodTerminal(pod) {
		// Something else has ended it: a Stage, or the eviction from a deleted node.
		p.phase, p.reason, p.message = pod.Status.Phase, pod.Status.Reason, pod.Status.Message
	}
	if p.phase == "" {
		a.endRuns()
		a.live()
	}
	if pod.DeletionTimestamp != nil && p.phase != "" {
		a.outcome.Gone = true
		a.outcome.Wake = time.Time{}
	}
	return a.outcome
}

// live advances a pod that has not ended.
func (a *advance) live() {
	switch deadline := a.pod.Spec.ActiveDeadlineSeconds; {
	case a.pod.DeletionTimestamp != nil:
		a.stop()
		return
	case a.isEvicted():
		a.event(nil, corev1.EventTypeWarning, eviction.Reason, evictionMessage)
		a.disrupted = evictionMessage
		a.fail(eviction.Reason, evictionMessage)
		return
	case deadline != nil:
		end := a.startedAt.Add(time.Duration(*deadline) * time.Second)
		if !a.Now.Before(end) {
			const message = "Pod was active on the node longer than the specified deadline"
			a.event(nil, corev1.EventTypeNormal, "DeadlineExceeded", message)
			a.fail("DeadlineExceeded", message)
			return
		}
		a.wakeAt(end)
	}
	if a.blockedByVolumes() {
		return
	}
	if a.initialise() {
		for i := range a.pod.Spec.Containers {
			a.keepRunning(&a.pod.Spec.Containers[i])
		}
		for i := range a.pod.Spec.EphemeralContainers {
			common := corev1.Container(a.pod.Spec.EphemeralContainers[i].EphemeralContainerCommon)
			switch c := a.container(common.Name); {
			case c.runs == 0:
				a.start(&common)
			case c.run.Running():
				a.wakeAtEnd(&common, c)
			}
		}
	}
	if phase := a.finalPhase(); phase != "" {
		a.recordStops()
		a.endAll(0, reasonCompleted)
		a.phase = phase
		a.outcome.Wake = time.Time{}
	}
}

// initialise runs the init containers in order and reports whether the regular containers may start.
func (a *advance) initialise() bool {
	for i := range a.pod.Spec.InitContainers {
		spec := &a.pod.Spec.InitContainers[i]
		c := a.container(spec.Name)
		if podutil.IsRestartableInitContainer(spec) {
			a.keepRunning(spec)
			// Once it has started, the others may start, whatever happens to it later.
			if c.hasStarted = c.hasStarted || isStarted(a.World, spec, c); !c.hasStarted {
				return false
			}
			continue
		}
		if c.run != nil && !c.run.Running() && c.run.ExitCode == 0 {
			continue
		}
		a.keepRunning(spec)
		// Without a duration it ends at the moment of its start.
		a.endRun(spec)
		if c.run == nil || c.run.Running() || c.run.ExitCode != 0 {
			if c.run != nil && !c.run.Running() && !c.endShown {
				c.endShown = true
				a.wakeAt(a.Now)
			}
			return false
		}
	}
	return true
}

// keepRunning starts a container that does not run but may.
func (a *advance) keepRunning(spec *corev1.Container) {
	c := a.container(spec.Name)
	switch {
	case c.run.Running():
		a.wakeAtEnd(spec, c)
	case c.run == nil || c.waiting != nil && c.waiting.Reason != reasonCrashLoopBackOff:
		a.start(spec)
	case podutil.ContainerShouldRestart(*spec, a.pod.Spec, c.run.ExitCode):
		a.restart(spec, c)
	}
}

// fail ends the pod at once, as failed.
func (a *advance) fail(reason, message string) {
	a.recordStops()
	a.endAll(exitCodeKilled, reasonError)
	a.phase, a.reason, a.message = corev1.PodFailed, reason, message
	a.outcome.Wake = time.Time{}
}

func (a *advance) blockedByVolumes() bool {
	problem := a.VolumeProblem
	if problem.Message == "" {
		a.volumeProblem = ""
		return false
	}
	if a.volumeProblem != problem.Message {
		a.volumeProblem = problem.Message
		event := a.event(nil, corev1.EventTypeWarning, events.FailedMountVolume, "%s", problem.Message)
		event.Missing, event.Signer, event.Permanent = problem.Missing, problem.Signer, problem.Permanent
	}
	// Containers that run keep their volumes.
	return !a.begun()
}

func (a *advance) wakeAt(when time.Time) {
	if a.outcome.Wake.IsZero() || when.Before(a.outcome.Wake) {
		a.outcome.Wake = when
	}
}

// event adds an event to the outcome and returns it.
func (a *advance) event(spec *corev1.Container, kind, reason, format string, args ...any) *Event {
	event := Event{Type: kind, Reason: reason, Message: fmt.Sprintf(format, args...)}
	if spec != nil {
		event.Container, event.Init = spec.Name, isInit(a.pod, spec.Name)
	}
	a.outcome.Events = append(a.outcome.Events, event)
	return &a.outcome.Events[len(a.outcome.Events)-1]
}
