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

func (a *assuming) secret(ctx context.Context, namespace, name string) (keySet, error) {
	keys, err := a.references.secret(ctx, namespace, name)
	return a.orMade(ctx, keys, err, "secrets", "Secret", name)
}

func (a *assuming) configMap(ctx context.Context, namespace, name string) (keySet, error) {
	keys, err := a.references.configMap(ctx, namespace, name)
	return a.orMade(ctx, keys, err, "configmaps", "ConfigMap", name)
}

func (a *assuming) orMade(ctx context.Context, keys keySet, err error, resource, kind, name string) (keySet, error) {
	if err != nil || keys.known {
		return keys, err
	}
	maker := a.makers.makerOf(ctx, a.pod, resource)
	if maker == "" {
		return keys, nil
	}
	a.assumed(lifecycle.Event{Type: corev1.EventTypeNormal, Reason: ReasonAssumed, Message: fmt.Sprintf(
		"%s %q does not exist; it is taken as made by a simulated container of Pod %q, which may create it", kind, name, maker)})
	return keySet{known: true, has: func(string) bool { return true }}, nil
}
