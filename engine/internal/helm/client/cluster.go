package client

import (
	"sync"

	"helm.sh/helm/v4/pkg/action"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"seatrial/engine/internal/helm/wire"
)

// A timeout must be caused by the chart, never by a client that throttles itself.
const (
	clientQPS   = 1000
	clientBurst = 2000
)

// Cluster is shared by all requests to one API server: connection settings, discovery and the
// mapping of kinds to resources.
type Cluster struct {
	kubeconfig       string
	delayControllers func(namespace string) (end func())

	mutex     sync.Mutex
	loader    clientcmd.ClientConfig
	config    *rest.Config
	live      discovery.DiscoveryInterface
	discovery *sharedDiscovery
	mapper    *sharedMapper

	// validated are the kinds whose fields the server validates.
	validated sync.Map
}

// NewCluster returns the cluster of a kubeconfig file, which is read when the first request needs
// it. delayControllers may be nil; see the service's configuration.
func NewCluster(kubeconfig string, delayControllers func(namespace string) (end func())) *Cluster {
	return &Cluster{kubeconfig: kubeconfig, delayControllers: delayControllers}
}

// Connect reads the kubeconfig once. A failure is not remembered.
func (c *Cluster) Connect() error {
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

// RESTConfig returns a copy of the connection settings, for requests as the identity. It may be nil.
func (c *Cluster) RESTConfig(identity *wire.Identity) (*rest.Config, error) {
	if err := c.Connect(); err != nil {
		return nil, err
	}
	config := rest.CopyConfig(c.config)
	if identity != nil {
		config.Impersonate = rest.ImpersonationConfig{UserName: identity.User, Groups: identity.Groups}
	}
	return config, nil
}

// Mapper returns nil when the cluster is not configured.
func (c *Cluster) Mapper() meta.RESTMapper {
	if c.Connect() != nil {
		return nil
	}
	return c.mapper
}

// Capabilities returns the server's version and its API versions of this moment, as Helm reads them
// before it renders. Capabilities that cannot be read are empty: the action itself reports the
// error.
func (c *Cluster) Capabilities() (kubeVersion string, apiVersions []string) {
	if c.Connect() != nil {
		return "", nil
	}
	c.discovery.Invalidate()
	if version, err := c.discovery.ServerVersion(); err == nil {
		kubeVersion = version.GitVersion
	}
	if versions, err := action.GetVersionSet(c.discovery); err == nil {
		apiVersions = versions
	}
	return kubeVersion, apiVersions
}

// Getter gives Helm its clients for a namespace. It is nil when the cluster is not configured.
func (c *Cluster) Getter(namespace string, identity *wire.Identity) action.RESTClientGetter {
	if c.Connect() != nil {
		return nil
	}
	return &clientGetter{cluster: c, namespace: namespace, identity: identity}
}
