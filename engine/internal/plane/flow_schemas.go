package plane

import (
	"context"

	"k8s.io/apiserver/pkg/server"
	"k8s.io/apiserver/pkg/util/flowcontrol"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"
	flowcontrolrest "k8s.io/kubernetes/pkg/registry/flowcontrol/rest"
)

// startFlowControl runs two of upstream's controllers of priority and fairness, without its filter: no request is
// queued or rejected. One creates the bootstrap configuration again when somebody deletes or changes it, as the API
// server's post-start hook does. The other gives FlowSchemas their status, such as the condition Dangling.
func startFlowControl(ctx context.Context, config *rest.Config, client kubernetes.Interface) error {
	factory := informers.NewSharedInformerFactory(client, 0)
	_, keepConfiguration, err := flowcontrolrest.RESTStorageProvider{InformerFactory: factory}.PostStartHook()
	if err != nil {
		return err
	}
	controller := flowcontrol.New(factory, client.FlowcontrolV1(), maxRequests+maxMutatingRequests)
	factory.Start(ctx.Done())
	go func() {
		if err := keepConfiguration(server.PostStartHookContext{LoopbackClientConfig: config, Context: ctx}); err != nil && ctx.Err() == nil {
			klog.FromContext(ctx).Error(err, "the configuration of priority and fairness is not restored")
		}
	}()
	go func() {
		if err := controller.Run(ctx.Done()); err != nil && ctx.Err() == nil {
			klog.FromContext(ctx).Error(err, "FlowSchemas get no status")
		}
	}()
	return nil
}
