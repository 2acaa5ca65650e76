//go:build !before1.37

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

func startManager(ctx context.Context, config Config, node string, pods *podSet) manager {
	ofNode := fields.OneTermEqualSelector("spec.nodeName", node).String()
	factory := informers.NewSharedInformerFactoryWithOptions(config.Client, 0, informers.WithTweakListOptions(func(options *metav1.ListOptions) {
		options.FieldSelector = ofNode
	}))
	requests := answeredRequests{factory.Certificates().V1().PodCertificateRequests(), config.Answered}
	manager := podcertificate.NewIssuingManager(config.Client, pods, config.Recorder(node), requests, config.Nodes,
		types.NodeName(node), clock.RealClock{})
	factory.Start(ctx.Done())
	go manager.Run(ctx)
	return manager
}
