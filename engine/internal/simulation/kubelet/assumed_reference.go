package kubelet

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"seatrial/engine/internal/simulation/lifecycle"
)

// ReasonAssumed is the reason of the event about an assumed reference.
const ReasonAssumed = "SimulatedReference"

// assumingLookup looks up what one pod refers to. A Secret or ConfigMap that does not exist, but that
// another pod's container may have created, is assumed to exist.
type assumingLookup struct {
	*referenceLookup
	creators *referenceCreators
	pod      *corev1.Pod
	onAssume func(lifecycle.Event)
}

func (a *assumingLookup) keys(ctx context.Context, of keyed, namespace, name string) (keySet, error) {
	keys, err := a.referenceLookup.keys(ctx, of, namespace, name)
	if err != nil || keys.exists {
		return keys, err
	}
	creator := a.creators.find(ctx, a.pod, of.resource)
	if creator == "" {
		return keys, nil
	}
	a.onAssume(lifecycle.Event{
		Type: corev1.EventTypeNormal, Reason: ReasonAssumed, Message: fmt.Sprintf(
			"%s %q does not exist; assumed to be created by a simulated container of Pod %q, which may create it",
			of.kind, name, creator),
		Assumed: &lifecycle.Reference{Kind: of.kind, Name: name},
	})
	return keySet{exists: true, has: func(string) bool { return true }}, nil
}
