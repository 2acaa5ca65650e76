package lifecycle

import (
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Pod is what a kubelet remembers of one pod between two calls of Advance. The zero value is a pod that
// the kubelet has not seen yet.
type Pod struct {
	startedAt  time.Time
	containers map[string]*container
	// phase is set once the pod has ended, and then stays.
	phase   corev1.PodPhase
	reason  string
	message string
	// rejected says that the kubelet has not let the pod run.
	rejected bool
	// disrupted is the reason why its node has ended the pod.
	disrupted     string
	volumeProblem string
	stoppingSince time.Time
}

// World is everything outside of a pod that its status depends on.
type World struct {
	Now time.Time
	// Behaviour returns what a container of the pod does.
	Behaviour func(*corev1.Container) Behaviour
	// VolumeProblem is the reason why the pod's volumes cannot be mounted.
	VolumeProblem Problem
	// ConfigProblem returns the reason why a container cannot be created.
	ConfigProblem func(*corev1.Container) Problem
	// MissingPullSecrets returns the names of the pod's image pull Secrets that do not exist.
	MissingPullSecrets func() []string
}

// Event is an event that a kubelet records about a pod, or about one of its containers.
type Event struct {
	Container string
	Init      bool
	Type      string
	Reason    string
	Message   string
	// Missing and Assumed are the reference that the event is about, if it does not exist, or does not
	// exist but is assumed to.
	Missing, Assumed *Reference
	// Signer is that of the problem.
	Signer string
	// Permanent says that the pod can never become ready because of it.
	Permanent bool
	// Endless says that the container which has started does not end by itself.
	Endless bool
}

// Outcome is the result of Advance, besides the pod's status.
type Outcome struct {
	Events []Event
	// Wake is when the passing of time next changes the pod; zero when it does not.
	Wake time.Time
	// Gone says that the containers of a pod that is being deleted have ended: the object can be removed.
	Gone bool
}

// Run is one run of a container, from its start to its end.
type Run struct {
	ID         string
	StartedAt  time.Time
	FinishedAt time.Time
	ExitCode   int32
	Reason     string
	Logs       *string
}

// Running reports that the run has not ended.
func (r *Run) Running() bool { return r != nil && r.FinishedAt.IsZero() }

type container struct {
	waiting  *corev1.ContainerStateWaiting
	run      *Run
	previous *Run
	runs     int32
	// source is Behaviour.Source of the last run, backoff the pause after that run.
	source  string
	backoff time.Duration
	// hasStarted says that the container's startup probe has succeeded once.
	hasStarted bool
	// endShown says that a status has shown the end of the last run.
	endShown bool
	// pullFailedAt is the time of the first failed pull.
	pullFailedAt time.Time
}

// Container returns the container's current or last run, and the run before; nil where there is none.
func (p *Pod) Container(name string) (run, previous *Run) {
	c, known := p.containers[name]
	if !known {
		return nil, nil
	}
	return c.run, c.previous
}

// WaitsForConfig reports that a container waits for an object that it refers to.
func (p *Pod) WaitsForConfig() bool {
	for _, c := range p.containers {
		if c.waiting != nil && c.waiting.Reason == reasonConfigError {
			return true
		}
	}
	return false
}

// begun reports that a container has started.
func (p *Pod) begun() bool {
	for _, c := range p.containers {
		if c.runs > 0 {
			return true
		}
	}
	return false
}

// Ended reports that the pod has succeeded or failed.
func (p *Pod) Ended() bool { return p.phase != "" }

func (p *Pod) container(name string) *container {
	if p.containers == nil {
		p.containers = map[string]*container{}
	}
	c, known := p.containers[name]
	if !known {
		c = &container{}
		p.containers[name] = c
	}
	return c
}
