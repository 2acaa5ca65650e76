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
	// FollowsProgram says that After and ExitCode come from the container's command. A rule that ends the
	// container without saying when ends it AfterRule its start.
	FollowsProgram bool
	AfterRule      time.Duration
	// Evicted says that the node comes under memory pressure and evicts the pod, After the container's
	// start.
	Evicted bool
	// NeverReady keeps the running container unready; ReadyAfter is the time from its start until it
	// is ready.
	NeverReady bool
	ReadyAfter time.Duration
	// NeverStarted says that the startup probe never succeeds; StartedAfter is the time from the
	// container's start until it does.
	NeverStarted bool
	StartedAfter time.Duration
	// ProbeFailures are reported when the container starts.
	ProbeFailures []ProbeFailure
	// Kill ends the running container because of a probe.
	Kill *Kill
	// HookFails says that the postStart hook fails, which ends the container.
	HookFails bool
	// PreStop is what the preStop hook does; nil without one.
	PreStop *PreStop
	// PullError is the reason why the image cannot be pulled.
	PullError string
	// Backoff is the first pause before a restart, MaxBackoff the longest. Each pause is twice the
	// pause before.
	Backoff    time.Duration
	MaxBackoff time.Duration
	// StopAfter is how long the container takes to end after its pod is deleted and its preStop hook has
	// ended, at most the grace period.
	StopAfter time.Duration
	// Logs is the container's output; nil for the default output.
	Logs *string
}

// ProbeFailure is a kubelet's message about a probe that does not succeed.
type ProbeFailure struct {
	Message string
	// Permanent says that the container can never become ready because of it.
	Permanent bool
}

// Kill is the end of a container whose probe fails, After the container's start.
type Kill struct {
	After   time.Duration
	Message string
}
