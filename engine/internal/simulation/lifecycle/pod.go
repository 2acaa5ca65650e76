package lifecycle

import (
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Pod is what a kubelet remembers of one pod between two looks at it. The zero value is a pod that was never looked at.
type Pod struct {
	startedAt  time.Time
	containers map[string]*container
	// phase is set once the pod has come to its end, and then stays.
	phase   corev1.PodPhase
	reason  string
	message string
	// disrupted is why the pod was taken down by its node.
	disrupted     string
	volumeProblem string
	stoppingSince time.Time
}

// World is everything outside of a pod that its life depends on.
type World struct {
	Now time.Time
	// Behaviour says what a container of the pod does.
	Behaviour func(*corev1.Container) Behaviour
	// VolumeProblem is why the pod's volumes cannot be mounted; empty when they can.
	VolumeProblem string
	// ConfigProblem says why a container cannot be created; empty when it can.
	ConfigProblem func(*corev1.Container) string
	// MissingPullSecrets names the Secrets for pulling images that are not there.
	MissingPullSecrets func() []string
}

// Event is one that a kubelet writes about a pod, or about the container that it names.
type Event struct {
	Container string
	Init      bool
	Type      string
	Reason    string
	Message   string
}

// Outcome is what a look at a pod has led to, beside its status.
type Outcome struct {
	Events []Event
	// Wake is when time alone changes the pod next; zero when it does not.
	Wake time.Time
	// Gone says that nothing is left of a pod that is being deleted: the object can go.
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

// Running says that the run has not ended.
func (r *Run) Running() bool { return r != nil && r.FinishedAt.IsZero() }

type container struct {
	waiting  *corev1.ContainerStateWaiting
	run      *Run
	previous *Run
	runs     int32
	// source is the behaviour's that the last run had, backoff the pause after that run.
	source  string
	backoff time.Duration
	// endShown says that a status was made since the last run has ended.
	endShown bool
	// pullFailedAt is when the image could not be pulled for the first time.
	pullFailedAt time.Time
}

// Container returns the container's runs: the current or last one, and the one before. Nil stands for none.
func (p *Pod) Container(name string) (run, previous *Run) {
	c, known := p.containers[name]
	if !known {
		return nil, nil
	}
	return c.run, c.previous
}

// WaitsForConfig says that a container waits for an object that it refers to.
func (p *Pod) WaitsForConfig() bool {
	for _, c := range p.containers {
		if c.waiting != nil && c.waiting.Reason == reasonConfigError {
			return true
		}
	}
	return false
}

// begun says that a container has run.
func (p *Pod) begun() bool {
	for _, c := range p.containers {
		if c.runs > 0 {
			return true
		}
	}
	return false
}

// Ended says that the pod has come to its end.
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
