package kubelet

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	controllerutil "k8s.io/kubernetes/pkg/controller/util/node"
	nodeutil "k8s.io/kubernetes/pkg/util/node"
)

// syncPodOfLostNode only does what upstream's node controller does once it considers the node lost. The
// pod is synced again when its node changes.
func (k *Kubelet) syncPodOfLostNode(ctx context.Context, pod *corev1.Pod) error {
	node, err := k.config.Nodes.Get(pod.Spec.NodeName)
	if err != nil || nodeutil.IsNodeReady(node) || !podutil.IsPodReady(pod) {
		// The pod of a deleted node is the pod garbage collector's.
		return nil
	}
	return controllerutil.MarkPodsNotReady(ctx, k.config.Client, k.config.NodeMonitor, []*corev1.Pod{pod}, node.Name)
}
