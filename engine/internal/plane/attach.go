package plane

import (
	"context"
	"fmt"
	"time"

	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// attachTimeout is the time in which a control plane that runs already must answer.
const attachTimeout = 10 * time.Second

// AttachOptions name a control plane that runs already.
type AttachOptions struct {
	// Kubeconfig is the path of a kubeconfig whose current context is the control plane. Nothing else is read.
	Kubeconfig string
	// DeleteNamespaces empties and removes deleted namespaces, for a control plane without controllers.
	DeleteNamespaces bool
	// OnStep is called after each finished part.
	OnStep func(name string)
}

// Attach returns the plane of a control plane that runs already, when it has answered. It has neither
// Webhooks nor simulated nodes.
func Attach(ctx context.Context, options AttachOptions) (*Plane, error) {
	config, err := clientcmd.BuildConfigFromFlags("", options.Kubeconfig)
	if err != nil {
		return nil, &componentError{"kubeconfig", err}
	}
	if err := checkAnswers(config); err != nil {
		return nil, &componentError{"cluster", err}
	}
	options.OnStep("cluster")
	if options.DeleteNamespaces {
		unlimited := rest.CopyConfig(config)
		unlimited.QPS = -1
		if err := startNamespaceDeletion(ctx, unlimited); err != nil {
			return nil, &componentError{"namespace-deletion", err}
		}
		options.OnStep("namespace-deletion")
	}
	return &Plane{Server: config.Host, Kubeconfig: options.Kubeconfig, Config: config}, nil
}

func checkAnswers(config *rest.Config) error {
	limited := rest.CopyConfig(config)
	limited.Timeout = attachTimeout
	client, err := discovery.NewDiscoveryClientForConfig(limited)
	if err != nil {
		return err
	}
	if _, err := client.ServerVersion(); err != nil {
		return fmt.Errorf("%s does not answer as a Kubernetes API server: %w", config.Host, err)
	}
	return nil
}
