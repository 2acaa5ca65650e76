package client

import (
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"seatrial/engine/internal/helm/wire"
)

// clientGetter gives Helm's and kubectl's libraries their clients for one namespace.
type clientGetter struct {
	cluster   *Cluster
	namespace string
	// identity is nil for the user of the kubeconfig.
	identity *wire.Identity
}

func (g *clientGetter) ToRESTConfig() (*rest.Config, error) {
	return g.cluster.RESTConfig(g.identity)
}

func (g *clientGetter) ToDiscoveryClient() (discovery.CachedDiscoveryInterface, error) {
	if err := g.cluster.Connect(); err != nil {
		return nil, err
	}
	return g.cluster.discovery, nil
}

func (g *clientGetter) ToRESTMapper() (meta.RESTMapper, error) {
	if err := g.cluster.Connect(); err != nil {
		return nil, err
	}
	return g.cluster.mapper, nil
}

func (g *clientGetter) ToRawKubeConfigLoader() clientcmd.ClientConfig {
	if err := g.cluster.Connect(); err != nil {
		// An empty configuration: the caller gets the error when it asks for a client.
		empty := clientcmd.NewDefaultClientConfig(*clientcmdapi.NewConfig(), &clientcmd.ConfigOverrides{})
		return &namespacedConfig{loadedConfig: empty, namespace: g.namespace}
	}
	return &namespacedConfig{loadedConfig: g.cluster.loader, namespace: g.namespace}
}

// loadedConfig is an alias because the embedded interface has a method named like its type.
type loadedConfig = clientcmd.ClientConfig

// namespacedConfig is the kubeconfig with the request's namespace.
type namespacedConfig struct {
	loadedConfig
	namespace string
}

func (c *namespacedConfig) Namespace() (string, bool, error) { return c.namespace, true, nil }
