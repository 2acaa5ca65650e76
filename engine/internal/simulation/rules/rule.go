// Package rules holds what a user has said about simulated pods and nodes, and finds what applies to a container.
package rules

import (
	"fmt"

	"github.com/gobwas/glob"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation"
)

// KindNode is the only kind in a selector that does not stand for pods.
const KindNode = "Node"

// Rule says what the selected containers, pods or nodes do.
type Rule struct {
	Selector Selector `json:"selector"`
	Effect   Effect   `json:"effect"`
}

// Selector selects pods, and containers in them. All that is given must match.
type Selector struct {
	// Kind and Name are the pod's own or those of an owner, near or far: a Job, its CronJob.
	Kind string `json:"kind,omitempty"`
	Name string `json:"name,omitempty"`
	// Labels are the pod's.
	Labels map[string]string `json:"labels,omitempty"`
	// Image is a pattern in which * stands for anything. With it, or with Container, init containers can be selected too;
	// without both, all regular containers are.
	Image     string `json:"image,omitempty"`
	Container string `json:"container,omitempty"`
}

// Effect is what the selected do instead of what they do by default. Times are in milliseconds.
type Effect struct {
	// ExitCode ends the container by itself.
	ExitCode *int32 `json:"exitCode,omitempty"`
	// OOMKilled ends it with 137.
	OOMKilled bool `json:"oomKilled,omitempty"`
	// CrashLoop ends it after every start, with ExitCode or 1.
	CrashLoop *CrashLoop `json:"crashLoop,omitempty"`
	// Evict has the node evict so many of the selected pods, each once it runs; the rule is for no others.
	Evict *int64 `json:"evict,omitempty"`
	// AfterMs is how long it runs before it ends, or before its pod is evicted.
	AfterMs *int64 `json:"afterMs,omitempty"`
	// ImagePullError is why its image cannot be pulled.
	ImagePullError *string `json:"imagePullError,omitempty"`
	NeverReady     bool    `json:"neverReady,omitempty"`
	ReadyAfterMs   *int64  `json:"readyAfterMs,omitempty"`
	// Logs is what the container writes in every run.
	Logs *string `json:"logs,omitempty"`
	// StopAfterMs is how long it takes to end when its pod is deleted, at most the grace period.
	StopAfterMs *int64 `json:"stopAfterMs,omitempty"`
	// Lost has the kubelet of a node say nothing more and do nothing more. It is the only effect on nodes.
	Lost bool `json:"lost,omitempty"`
}

// CrashLoop has a kubelet's pauses between restarts unless told otherwise.
type CrashLoop struct {
	BackoffMs    *int64 `json:"backoffMs,omitempty"`
	MaxBackoffMs *int64 `json:"maxBackoffMs,omitempty"`
}

// Applied is a rule in force.
type Applied struct {
	ID        string `json:"id"`
	Namespace string `json:"namespace,omitempty"`
	Rule
	// Pods are the names of the pods that it has had an effect on, in the order of their first look.
	Pods []string `json:"pods"`

	image glob.Glob
	noted map[string]bool
	// evicted are the pods that the rule has had evicted, or is about to.
	evicted map[types.UID]bool
}

// validate says what is wrong with a rule.
func (r *Rule) validate() error {
	effect := r.Effect
	if effect == (Effect{}) {
		return fmt.Errorf("effect says nothing")
	}
	if r.Selector.Kind == KindNode || effect.Lost {
		return r.validateNode()
	}
	ends := 0
	for _, given := range []bool{
		effect.ExitCode != nil && effect.CrashLoop == nil, effect.OOMKilled, effect.CrashLoop != nil, effect.Evict != nil,
	} {
		if given {
			ends++
		}
	}
	if ends > 1 {
		return fmt.Errorf("effect has more than one of exitCode, oomKilled, crashLoop and evict")
	}
	if count := effect.Evict; count != nil && *count < 1 {
		return fmt.Errorf("effect.evict is %d: it must be at least 1", *count)
	}
	if effect.NeverReady && effect.ReadyAfterMs != nil {
		return fmt.Errorf("effect has both neverReady and readyAfterMs")
	}
	if code := effect.ExitCode; code != nil && (*code < 0 || *code > 255) {
		return fmt.Errorf("effect.exitCode is %d: it must be between 0 and 255", *code)
	}
	for name, value := range effect.durations() {
		if value != nil && *value < 0 {
			return fmt.Errorf("effect.%s is %d: it must not be negative", name, *value)
		}
	}
	for key, value := range r.Selector.Labels {
		if _, err := labels.ValidatedSelectorFromSet(labels.Set{key: value}); err != nil {
			return fmt.Errorf("selector.labels: %w", err)
		}
	}
	return nil
}

func (e Effect) durations() map[string]*int64 {
	all := map[string]*int64{"afterMs": e.AfterMs, "readyAfterMs": e.ReadyAfterMs, "stopAfterMs": e.StopAfterMs}
	if e.CrashLoop != nil {
		all["crashLoop.backoffMs"], all["crashLoop.maxBackoffMs"] = e.CrashLoop.BackoffMs, e.CrashLoop.MaxBackoffMs
	}
	return all
}

func validateNamespace(namespace string) error {
	if namespace == "" {
		return nil
	}
	if problems := validation.IsDNS1123Label(namespace); len(problems) > 0 {
		return fmt.Errorf("namespace is %q: %s", namespace, problems[0])
	}
	return nil
}
