package helm

import (
	"sync"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// A time-out must be the chart's, never that of a client throttling itself.
const (
	clientQPS   = 1000
	clientBurst = 2000
)

// cluster is what all requests share about the API server: connection settings,
// discovery and the mapping of kinds to resources.
type cluster struct {
	kubeconfig string

	mutex     sync.Mutex
	loader    clientcmd.ClientConfig
	config    *rest.Config
	live      discovery.DiscoveryInterface
	discovery *sharedDiscovery
	mapper    *sharedMapper

	// The kinds whose fields the server validates.
	validated sync.Map
}

func newCluster(kubeconfig string) *cluster { return &cluster{kubeconfig: kubeconfig} }

// connect reads the kubeconfig once. A failure is not remembered.
func (c *cluster) connect() error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.config != nil {
		return nil
	}
	raw, err := clientcmd.LoadFromFile(c.kubeconfig)
	if err != nil {
		return err
	}
	loader := clientcmd.NewDefaultClientConfig(*raw, &clientcmd.ConfigOverrides{})
	config, err := loader.ClientConfig()
	if err != nil {
		return err
	}
	config.QPS, config.Burst = clientQPS, clientBurst
	config.UserAgent = "seatrial-helm"
	client, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return err
	}
	c.loader, c.config, c.live = loader, config, client
	c.discovery = newSharedDiscovery(client)
	c.mapper = newSharedMapper(c.discovery)
	return nil
}

// clientGetter gives Helm and kubectl's libraries their clients, for one namespace.
type clientGetter struct {
	cluster   *cluster
	namespace string
}

func (g *clientGetter) ToRESTConfig() (*rest.Config, error) {
	if err := g.cluster.connect(); err != nil {
		return nil, err
	}
	return rest.CopyConfig(g.cluster.config), nil
}

func (g *clientGetter) ToDiscoveryClient() (discovery.CachedDiscoveryInterface, error) {
	if err := g.cluster.connect(); err != nil {
		return nil, err
	}
	return g.cluster.discovery, nil
}

func (g *clientGetter) ToRESTMapper() (meta.RESTMapper, error) {
	if err := g.cluster.connect(); err != nil {
		return nil, err
	}
	return g.cluster.mapper, nil
}

func (g *clientGetter) ToRawKubeConfigLoader() clientcmd.ClientConfig {
	if err := g.cluster.connect(); err != nil {
		// An empty configuration: the caller meets the error when it asks for a client.
		empty := clientcmd.NewDefaultClientConfig(*clientcmdapi.NewConfig(), &clientcmd.ConfigOverrides{})
		return &namespacedConfig{loadedConfig: empty, namespace: g.namespace}
	}
	return &namespacedConfig{loadedConfig: g.cluster.loader, namespace: g.namespace}
}

// The embedded interface has a method of its own name.
type loadedConfig = clientcmd.ClientConfig

// namespacedConfig is the kubeconfig with the request's namespace.
type namespacedConfig struct {
	loadedConfig
	namespace string
}

func (c *namespacedConfig) Namespace() (string, bool, error) { return c.namespace, true, nil }
