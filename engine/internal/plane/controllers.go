package plane

import (
	"context"
	"fmt"
	"strings"
	"time"

	"k8s.io/kubernetes/cmd/kube-controller-manager/app"
	"k8s.io/kubernetes/cmd/kube-controller-manager/app/options"
	"k8s.io/kubernetes/pkg/controller/job"

	"seatrial/engine/internal/identity"
)

// Controllers that are off: the namespace controller waits 5 s before it deletes (namespaces.go runs its
// deleter without the wait), and the simulation assigns the nodes' addresses.
var disabledControllers = []string{
	"namespace-controller",
	"node-ipam-controller",
}

// Controllers that admission depends on: a Pod needs a ServiceAccount, a quota its usage, a ClusterRole its
// aggregated rules.
var dryRunControllers = []string{
	"serviceaccount-controller",
	"root-ca-certificate-publisher-controller",
	"resourcequota-controller",
	"clusterrole-aggregation-controller",
}

// never is a hundred years.
const never = "876000h"

// jobBatchPeriod is how long the Job controller collects the events of a Job's Pods before it looks at them: as
// long as in upstream's own tests. With upstream's second, each Job of a hook takes a second more, for nothing:
// only Jobs with many Pods save writes by it.
const jobBatchPeriod = 10 * time.Millisecond

// startControllers runs kube-controller-manager. Its own wait for the API server ends at once, because the
// API server is ready before.
func startControllers(ctx context.Context, kubeconfig string, keys *pki, dryRunsOnly bool, fail func(error)) error {
	job.SyncJobBatchPeriod = jobBatchPeriod
	opts, err := options.NewKubeControllerManagerOptions()
	if err != nil {
		return err
	}
	flags := opts.Flags(app.KnownControllers(), app.ControllersDisabledByDefault(), app.ControllerAliases())
	arguments := []string{
		"--kubeconfig=" + kubeconfig,
		"--authentication-kubeconfig=" + kubeconfig,
		"--authorization-kubeconfig=" + kubeconfig,
		"--controllers=" + controllersFor(dryRunsOnly),
		"--root-ca-file=" + keys.path("ca.crt"),
		"--service-account-private-key-file=" + keys.serviceAccountFile,
		"--cluster-signing-cert-file=" + keys.path("ca.crt"),
		"--cluster-signing-key-file=" + keys.path("ca.key"),
		// On a slow machine the only candidate must not lose an election.
		"--leader-elect=false",
		"--secure-port=0",
		// Upstream's defaults protect a shared API server. With them 200 pods take 9.7 s instead of 1 s.
		"--kube-api-qps=2000",
		"--kube-api-burst=4000",
		// No node is considered lost because of the time since its kubelet last responded, which also passes
		// while a busy machine stops this process. The simulation marks nodes as lost, and this controller
		// handles the consequences.
		"--node-monitor-grace-period=" + never,
		"--node-startup-grace-period=" + never,
		// Instead of 5 s and one node in 10 s, which suit a large cluster.
		"--node-monitor-period=200ms",
		"--node-eviction-rate=100",
		// A claim that could not be saved, because another controller had just changed it, is tried again with
		// the next sync of all claims. Upstream syncs them every 15 s.
		"--pvclaimbinder-sync-period=1s",
		"--profiling=false",
	}
	if err := parseFlags("kube-controller-manager", flags, arguments); err != nil {
		return err
	}
	config, err := opts.Config(ctx, app.KnownControllers(), app.ControllersDisabledByDefault(), app.ControllerAliases())
	if err != nil {
		return fmt.Errorf("unable to configure kube-controller-manager: %w", err)
	}
	identity.AsControllers(config.Kubeconfig)
	go func() {
		if err := app.Run(ctx, config.Complete()); err != nil && ctx.Err() == nil {
			fail(err)
		}
	}()
	return nil
}

func controllersFor(dryRunsOnly bool) string {
	if dryRunsOnly {
		return strings.Join(dryRunControllers, ",")
	}
	return "*,-" + strings.Join(disabledControllers, ",-")
}
