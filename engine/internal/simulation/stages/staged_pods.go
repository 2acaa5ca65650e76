package stages

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/kwok/pkg/utils/lifecycle"
)

// Staging says what Stages do with a Pod.
type Staging struct {
	// Staged reports that the Pod's status comes from Stages alone: a Stage has selected the Pod, and
	// there are still Stages for Pods.
	Staged bool
	// Selected reports that a Stage selects the Pod as it is now.
	Selected bool
}

// HasNodeStages reports whether there are Stages for Nodes: then nothing else makes a new Node ready.
func (p *Player) HasNodeStages() bool { return len(p.stagesIn(nodeKind, "")) > 0 }

// StagingOf must be called before a kubelet changes a Pod.
func (p *Player) StagingOf(ctx context.Context, pod *corev1.Pod) Staging {
	stages := p.stagesIn(podKind, pod.Namespace)
	if len(stages) == 0 {
		p.ForgetPod(pod.UID)
		return Staging{}
	}
	ctx, cancel := context.WithTimeout(ctx, expressionTimeout)
	defer cancel()
	event := &lifecycle.Event{Labels: pod.Labels, Annotations: pod.Annotations, Data: pod}
	for _, s := range stages {
		// An error is reported when the Stage is played.
		if selected, err := s.selects(ctx, event); err == nil && selected {
			p.markStaged(pod.UID)
			return Staging{Staged: true, Selected: true}
		}
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	return Staging{Staged: p.stagedPods[pod.UID]}
}

func (p *Player) markStaged(uid types.UID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stagedPods[uid] = true
}

// ForgetPod must be called when a Pod was deleted.
func (p *Player) ForgetPod(uid types.UID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.stagedPods, uid)
}

func nodeOf(pod *unstructured.Unstructured) string {
	node, _, _ := unstructured.NestedString(pod.Object, "spec", "nodeName")
	return node
}
