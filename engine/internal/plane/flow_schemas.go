package plane

import (
	"context"

	"k8s.io/apiserver/pkg/util/flowcontrol"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/klog/v2"
)

// startFlowSchemaStatus runs upstream's controller of priority and fairness without its filter: FlowSchemas get
// their status, such as the condition Dangling, and no request is queued or rejected.
func startFlowSchemaStatus(ctx context.Context, client kubernetes.Interface) {
	factory := informers.NewSharedInformerFactory(client, 0)
	controller := flowcontrol.New(factory, client.FlowcontrolV1(), maxRequests+maxMutatingRequests)
	factory.Start(ctx.Done())
	go func() {
		if err := controller.Run(ctx.Done()); err != nil && ctx.Err() == nil {
			klog.FromContext(ctx).Error(err, "FlowSchemas get no status")
		}
	}()
}
