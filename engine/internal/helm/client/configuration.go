package client

import (
	"context"
	"log/slog"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/kube"
	release "helm.sh/helm/v4/pkg/release/v1"
	cmdutil "k8s.io/kubectl/pkg/cmd/util"

	"seatrial/engine/internal/helm/wire"
)

// The number that Helm's own command uses: one slow status must not block the others.
const statusWorkers = 8

// Configuration returns the configuration of an action for one request, which is made as the identity
// of ctx. Its waits end with ctx.
func (c *Cluster) Configuration(ctx context.Context, namespace string, logger *slog.Logger) (*action.Configuration, error) {
	cfg := action.NewConfiguration(action.ConfigurationSetLogger(DebugOnly(logger)))
	getter := &clientGetter{cluster: c, namespace: namespace, identity: wire.IdentityOf(ctx)}
	if err := cfg.Init(getter, namespace, "secrets"); err != nil {
		return nil, err
	}
	kubeClient := cfg.KubeClient.(*kube.Client)
	kubeClient.Namespace = namespace
	if factory, ok := kubeClient.Factory.(cmdutil.Factory); ok {
		kubeClient.Factory = &validatingFactory{Factory: factory, validated: &c.validated}
	}
	recordReleases(cfg)
	cfg.KubeClient = &observedClient{containedClient: containedClient{kubeClient}, cluster: c, ctx: ctx, written: map[string]bool{}}
	return cfg, nil
}

// WaitOptions are the options of every wait.
func WaitOptions() []kube.WaitOption {
	return []kube.WaitOption{kube.WithStatusComputeWorkers(statusWorkers)}
}

// DebugOnly drops Helm's log messages unless the logger is set to debug.
func DebugOnly(logger *slog.Logger) slog.Handler {
	if logger.Enabled(context.Background(), slog.LevelDebug) {
		return logger.Handler()
	}
	return slog.DiscardHandler
}

// LastRevision returns nil when there is no such release.
func LastRevision(cfg *action.Configuration, name string) *release.Release {
	last, err := cfg.Releases.Last(name)
	if err != nil {
		return nil
	}
	return TypedRelease(last)
}
