package rules

import (
	"slices"
	"sync"

	"github.com/gobwas/glob"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
)

// appliedRule is a valid rule and what it has done so far.
type appliedRule struct {
	Rule
	// image is nil when the rule is for any image.
	image glob.Glob

	mu       sync.Mutex
	pods     []string
	affected map[string]bool
	// evicted are the pods that their node has evicted because of the rule, or is about to evict.
	evicted map[types.UID]bool
}

func newAppliedRule(rule Rule) *appliedRule {
	return &appliedRule{Rule: rule, pods: []string{}, affected: map[string]bool{}, evicted: map[types.UID]bool{}}
}

func (r *appliedRule) affectedPods() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.pods)
}

func (r *appliedRule) recordEffectOn(pod string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.affected[pod] {
		r.affected[pod] = true
		r.pods = append(r.pods, pod)
	}
}

// evicts reports whether the pod is one of the Effect.Evict pods that the rule evicts: the first
// ones that are looked at.
func (r *appliedRule) evicts(pod *corev1.Pod) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.evicted[pod.UID] {
		return true
	}
	if int64(len(r.evicted)) >= *r.Effect.Evict || pod.DeletionTimestamp != nil || podutil.IsPodTerminal(pod) {
		return false
	}
	r.evicted[pod.UID] = true
	return true
}
