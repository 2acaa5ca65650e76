package helm3

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/kube"
	"helm.sh/helm/v3/pkg/storage"
	"helm.sh/helm/v3/pkg/storage/driver"
	actionv4 "helm.sh/helm/v4/pkg/action"

	"seatrial/engine/internal/helm/client"
)

// session is the configuration of Helm 3 for one request, made from that of Helm 4: both have the
// same cluster, storage and waits.
type session struct {
	cfg    *action.Configuration
	client *kubeClient
}

func newSession(ctx context.Context, from *actionv4.Configuration, namespace string, logger *slog.Logger) (*session, error) {
	observer := client.ObserverOf(from)
	clients, err := observer.Factory().KubernetesClientSet()
	if err != nil {
		return nil, err
	}
	log := func(format string, arguments ...any) { logger.DebugContext(ctx, fmt.Sprintf(format, arguments...)) }
	secrets := driver.NewSecrets(clients.CoreV1().Secrets(namespace))
	secrets.Log = log
	kubeClient := newKubeClient(observer, namespace)
	releases := storage.Init(&recordingDriver{Driver: secrets, observer: observer})
	releases.Log = log
	return &session{client: kubeClient, cfg: &action.Configuration{
		RESTClientGetter: from.RESTClientGetter,
		Releases:         releases,
		KubeClient:       kubeClient,
		Log:              log,
		HookOutputFunc:   func(_, _, _ string) io.Writer { return io.Discard },
	}}, nil
}

var _ kube.Interface = (*kubeClient)(nil)
