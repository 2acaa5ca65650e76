package certificates

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/kubernetes/pkg/kubelet/podcertificate"
	"k8s.io/utils/clock"
)

// nodeRequests are the requests of one node's kubelet.
type nodeRequests struct {
	manager *podcertificate.IssuingManager
	pods    *podSet
	// stop ends the work.
	stop context.CancelFunc
}

// startNode watches the requests of one node, as upstream's kubelet does, until it is stopped.
func startNode(ctx context.Context, config Config, name string) *nodeRequests {
	ctx, stop := context.WithCancel(ctx)
	ofNode := fields.OneTermEqualSelector("spec.nodeName", name).String()
	factory := informers.NewSharedInformerFactoryWithOptions(config.Client, 0, informers.WithTweakListOptions(func(options *metav1.ListOptions) {
		options.FieldSelector = ofNode
	}))
	requests := answeredRequests{factory.Certificates().V1().PodCertificateRequests(), config.Answered}
	pods := newPodSet()
	manager := podcertificate.NewIssuingManager(config.Client, pods, config.Recorder(name), requests, config.Nodes,
		types.NodeName(name), clock.RealClock{})
	factory.Start(ctx.Done())
	go manager.Run(ctx)
	return &nodeRequests{manager: manager, pods: pods, stop: stop}
}
