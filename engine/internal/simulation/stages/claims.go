package stages

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/kwok/pkg/utils/lifecycle"
)

// Claim says whose a Pod is.
type Claim struct {
	// Held says that its status comes from Stages alone: one has selected it, and there still are Stages for Pods.
	Held bool
	// Selected says that a Stage selects it as it is now, and will do something about it.
	Selected bool
}

// ClaimNodes says whether there are Stages for Nodes: then nobody else makes a new one ready.
func (p *Player) ClaimNodes() bool { return len(p.stagesIn(nodeKind, "")) > 0 }

// ClaimOf is asked before a kubelet does anything about a Pod.
func (p *Player) ClaimOf(ctx context.Context, pod *corev1.Pod) Claim {
	stages := p.stagesIn(podKind, pod.Namespace)
	if len(stages) == 0 {
		p.Unclaim(pod.UID)
		return Claim{}
	}
	ctx, cancel := context.WithTimeout(ctx, matchTimeout)
	defer cancel()
	event := &lifecycle.Event{Labels: pod.Labels, Annotations: pod.Annotations, Data: pod}
	for _, s := range stages {
		// A mistake is told when the Stage is played.
		if selected, err := s.selects(ctx, event); err == nil && selected {
			p.claim(pod.UID)
			return Claim{Held: true, Selected: true}
		}
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	return Claim{Held: p.claimed[pod.UID]}
}

func (p *Player) claim(uid types.UID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.claimed[uid] = true
}

// Unclaim forgets a Pod that has gone.
func (p *Player) Unclaim(uid types.UID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.claimed, uid)
}

func nodeOf(pod *unstructured.Unstructured) string {
	node, _, _ := unstructured.NestedString(pod.Object, "spec", "nodeName")
	return node
}
