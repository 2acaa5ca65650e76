package lifecycle

import corev1 "k8s.io/api/core/v1"

// evictionMessage is a kubelet's, with its default threshold for memory. The memory that a container
// uses is not simulated.
const evictionMessage = "The node was low on resource: memory. Threshold quantity: 100Mi, available: 0. "

// isEvicted reports that a container has run until its node evicts the pod.
func (a *advance) isEvicted() bool {
	evicted := false
	a.forEach(func(spec *corev1.Container, c *container) {
		if !c.run.Running() {
			return
		}
		behaviour := a.Behaviour(spec)
		evicted = evicted || behaviour.Evicted && !a.Now.Before(c.run.StartedAt.Add(behaviour.After))
	})
	return evicted
}
