package plane

import (
	"context"

	"k8s.io/kubernetes/cmd/kube-scheduler/app"
	"k8s.io/kubernetes/cmd/kube-scheduler/app/options"
)

// startScheduler runs kube-scheduler and returns when its caches are filled. It does what app.Run does,
// without a leader election and without a port; app.Run does not report when the caches are filled.
func startScheduler(ctx context.Context, kubeconfig string) error {
	opts := options.NewOptions()
	arguments := []string{
		"--kubeconfig=" + kubeconfig,
		"--authentication-kubeconfig=" + kubeconfig,
		"--authorization-kubeconfig=" + kubeconfig,
		"--leader-elect=false",
		"--secure-port=0",
		"--kube-api-qps=2000",
		"--kube-api-burst=4000",
	}
	if err := parseFlags("kube-scheduler", *opts.Flags, arguments); err != nil {
		return err
	}
	config, scheduler, err := app.Setup(ctx, opts)
	if err != nil {
		return err
	}
	config.EventBroadcaster.StartRecordingToSink(ctx.Done())
	config.InformerFactory.Start(ctx.Done())
	if config.DynInformerFactory != nil {
		config.DynInformerFactory.Start(ctx.Done())
	}
	config.InformerFactory.WaitForCacheSync(ctx.Done())
	if config.DynInformerFactory != nil {
		config.DynInformerFactory.WaitForCacheSync(ctx.Done())
	}
	if err := scheduler.WaitForHandlersSync(ctx); err != nil {
		return err
	}
	go scheduler.Run(ctx)
	return nil
}
