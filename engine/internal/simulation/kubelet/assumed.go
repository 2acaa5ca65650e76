package kubelet

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"seatrial/engine/internal/simulation/lifecycle"
)

// assuming looks up what one pod refers to. What does not exist and may have been made by another pod's container is taken as there.
type assuming struct {
	*references
	makers  *makers
	pod     *corev1.Pod
	assumed func(lifecycle.Event)
}

func (a *assuming) keys(ctx context.Context, of keyed, namespace, name string) (keySet, error) {
	keys, err := a.references.keys(ctx, of, namespace, name)
	if err != nil || keys.known {
		return keys, err
	}
	maker := a.makers.makerOf(ctx, a.pod, of.resource)
	if maker == "" {
		return keys, nil
	}
	a.assumed(lifecycle.Event{Type: corev1.EventTypeNormal, Reason: ReasonAssumed, Message: fmt.Sprintf(
		"%s %q does not exist; it is taken as made by a simulated container of Pod %q, which may create it", of.kind, name, maker)})
	return keySet{known: true, has: func(string) bool { return true }}, nil
}
