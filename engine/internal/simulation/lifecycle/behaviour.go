// Package lifecycle computes a pod's status as a kubelet would, from the pod, what its containers do,
// and the time. It makes no request and starts nothing, so that tables can test every path through it.
package lifecycle

import "time"

// ReasonOOMKilled is a kubelet's reason for a container that ran out of memory.
const ReasonOOMKilled = "OOMKilled"

// Behaviour is what one container does, as no program runs in it.
type Behaviour struct {
	// Source identifies the rule that the behaviour comes from. A container in back-off is started at
	// once when it changes.
	Source string
	// Exits says that the container ends by itself, After its start, with ExitCode and Reason.
	Exits    bool
	After    time.Duration
	ExitCode int32
	// Reason is "Completed" or "Error" by the exit code when it is empty.
	Reason string
	// Evicted says that the node comes under memory pressure and evicts the pod, After the container's
	// start.
	Evicted bool
	// NeverReady keeps the running container unready; ReadyAfter is the time from its start until it
	// is ready.
	NeverReady bool
	ReadyAfter time.Duration
	// PullError is the reason why the image cannot be pulled.
	PullError string
	// Backoff is the first pause before a restart, MaxBackoff the longest. Each pause is twice the
	// pause before.
	Backoff    time.Duration
	MaxBackoff time.Duration
	// StopAfter is how long the container takes to end after its pod is deleted, at most the grace
	// period.
	StopAfter time.Duration
	// Logs is the container's output; nil for the default output.
	Logs *string
}
