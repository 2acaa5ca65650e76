package certificates

import (
	"context"

	corev1 "k8s.io/api/core/v1"
)

// manager is upstream's, which requests the certificates of one node's pods.
type manager interface {
	TrackPod(ctx context.Context, pod *corev1.Pod)
	ForgetPod(ctx context.Context, pod *corev1.Pod)
	GetPodCertificateCredentialBundle(ctx context.Context, namespace, name, uid, volume string, sourceIndex int) ([]byte, []byte, error)
}

// nodeRequests are the requests of one node's kubelet.
type nodeRequests struct {
	manager manager
	pods    *podSet
	// stop ends the work.
	stop context.CancelFunc
}

// startNode watches the requests of one node, as upstream's kubelet does, until it is stopped.
func startNode(ctx context.Context, config Config, name string) *nodeRequests {
	ctx, stop := context.WithCancel(ctx)
	pods := newPodSet()
	return &nodeRequests{manager: startManager(ctx, config, name, pods), pods: pods, stop: stop}
}
