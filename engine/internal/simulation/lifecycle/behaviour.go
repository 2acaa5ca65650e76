// Package lifecycle says what a kubelet would make of a pod: from the pod, what its containers do, and the time. It asks nobody and
// starts nothing, so every path through it is tested in a table.
package lifecycle

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
)

// Reasons of a container that has ended, as a kubelet names them.
const (
	reasonCompleted = "Completed"
	reasonError     = "Error"
	ReasonOOMKilled = "OOMKilled"
)

const (
	// exitCodeTerminated is what a program without a handler for SIGTERM ends with.
	exitCodeTerminated = 143
	// exitCodeKilled is what the kernel's SIGKILL leaves.
	exitCodeKilled = 137
)

// Behaviour is what one container does, as no program runs in it.
type Behaviour struct {
	// Source tells the behaviours of different rules apart. A container that waits in back-off is started at once when it changes.
	Source string
	// Exits says that the container ends by itself, After its start, with ExitCode and Reason.
	Exits    bool
	After    time.Duration
	ExitCode int32
	// Reason is "Completed" or "Error" by the exit code when it is empty.
	Reason string
	// Evicted says that the node comes under memory pressure and evicts the pod, After the container's start.
	Evicted bool
	// NeverReady keeps the running container unready; ReadyAfter makes it ready that long after its start.
	NeverReady bool
	ReadyAfter time.Duration
	// PullError is why the image cannot be pulled.
	PullError string
	// Backoff is the first pause before a restart, MaxBackoff the longest; each pause is twice the one before.
	Backoff    time.Duration
	MaxBackoff time.Duration
	// StopAfter is how long the container takes to end when its pod is deleted, at most the grace period.
	StopAfter time.Duration
	// Logs is what the container writes; nil when nobody has said.
	Logs *string
}

// Defaults are the durations of containers that no rule speaks of.
type Defaults struct {
	// Completion is how long a container runs that is to end by itself.
	Completion time.Duration
	// Backoff and MaxBackoff are the pauses between restarts.
	Backoff    time.Duration
	MaxBackoff time.Duration
}

// KubeletDefaults are a kubelet's pauses between restarts, and a completion that is seen as a state of its own.
var KubeletDefaults = Defaults{Completion: 20 * time.Millisecond, Backoff: 10 * time.Second, MaxBackoff: 5 * time.Minute}

// Default is the behaviour of a container that no rule speaks of: one that is restarted for ever runs for ever, any other succeeds.
func (d Defaults) Default(pod *corev1.Pod, container *corev1.Container) Behaviour {
	behaviour := Behaviour{Backoff: d.Backoff, MaxBackoff: d.MaxBackoff}
	switch {
	case isInit(pod, container.Name) && !podutil.IsRestartableInitContainer(container):
		behaviour.Exits = true
	case !podutil.ContainerShouldRestart(*container, pod.Spec, 0) && !isEphemeral(pod, container.Name):
		behaviour.Exits = true
		behaviour.After = d.Completion
	}
	return behaviour
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
