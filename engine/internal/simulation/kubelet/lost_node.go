package kubelet

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	controllerutil "k8s.io/kubernetes/pkg/controller/util/node"
	nodeutil "k8s.io/kubernetes/pkg/util/node"
)

// leave does nothing about a pod whose node is lost, but what upstream's node controller does once it takes the node for lost. The pod
// is looked at again when its node changes.
func (k *Kubelet) leave(ctx context.Context, pod *corev1.Pod) error {
	node, err := k.nodes.Get(pod.Spec.NodeName)
	if err != nil || nodeutil.IsNodeReady(node) || !podutil.IsPodReady(pod) {
		// A pod whose node has gone is the pod garbage collector's.
		return nil
	}
	return controllerutil.MarkPodsNotReady(ctx, k.config.Client, k.config.NodeMonitor, []*corev1.Pod{pod}, node.Name)
}
