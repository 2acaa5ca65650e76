// Package webhook stands in for the backends of webhooks and APIServices that are Services: no process is
// behind a Service here, unless its Pods are on a real node. It replaces the connection that the API server would open. Everything before
// and after the connection (rules, selectors, match conditions, failure policies, timeouts, patches) is
// upstream's.
package webhook

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"

	"k8s.io/apiserver/pkg/admission"
	webhookutil "k8s.io/apiserver/pkg/util/webhook"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// Simulator stands in for the backends of one API server. It is attached to the API server's configuration
// before the start.
type Simulator struct {
	cluster  netip.Prefix
	ca       []byte
	plugins  []reconfigurable
	services webhookutil.ServiceResolver
	releases *releases
	observed *observedConfigurations
	crds     *crdNames
	// real is nil without a real node.
	real *RealNode

	creations  *controllerCreations
	behaviours *behaviours
	reviews    *reviewLog
	client     kubernetes.Interface
}

// New returns a simulator of the backends of Services with an address in a range. ca is any valid
// authority's certificate; see WrapAuthentication.
func New(serviceRange string, ca []byte) (*Simulator, error) {
	cluster, err := netip.ParsePrefix(serviceRange)
	if err != nil {
		return nil, fmt.Errorf("the range of Service addresses is invalid: %w", err)
	}
	return &Simulator{
		cluster:    cluster,
		ca:         ca,
		observed:   newObservedConfigurations(),
		crds:       newCRDNames(),
		creations:  newControllerCreations(),
		behaviours: newBehaviours(),
		reviews:    newReviewLog(),
	}, nil
}

// Attach makes the simulator use the API server's knowledge of Services and configurations, and the
// admission plugins call the simulator. It is called after the configuration of the server and before its
// start.
func (s *Simulator) Attach(factory informers.SharedInformerFactory, services webhookutil.ServiceResolver) error {
	s.services = services
	s.releases = newReleases(factory)
	for _, plugin := range s.plugins {
		plugin.SetServiceResolver(webhookutil.NewDefaultServiceResolver())
		plugin.SetAuthenticationInfoResolverWrapper(s.WrapAuthentication)
		plugin.SetExternalKubeInformerFactory(observedFactory{factory, s.observed})
		if err := plugin.ValidateInitialization(); err != nil {
			return err
		}
	}
	if len(s.plugins) == 0 {
		return fmt.Errorf("the API server has no webhook admission plugin")
	}
	return nil
}

// Connect gives the simulator a client. It is called when the API server answers.
func (s *Simulator) Connect(config *rest.Config) error {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	s.client = client
	return s.crds.connect(config)
}

// reconfigurable is the common interface of upstream's two webhook plugins.
type reconfigurable interface {
	admission.InitializationValidator
	SetServiceResolver(webhookutil.ServiceResolver)
	SetAuthenticationInfoResolverWrapper(webhookutil.AuthenticationInfoResolverWrapper)
	SetExternalKubeInformerFactory(informers.SharedInformerFactory)
}

// resolve returns upstream's address of a Service, or upstream's error when the Service or its port does
// not exist. The backend is simulated when the address is inside the cluster; an ExternalName and the API
// server itself are real.
func (s *Simulator) resolve(namespace, name string, port int32) (*url.URL, bool, error) {
	address, err := s.services.ResolveEndpoint(namespace, name, port)
	if err != nil {
		return nil, false, err
	}
	return address, s.isInCluster(address), nil
}

func (s *Simulator) isInCluster(address *url.URL) bool {
	if address == nil {
		return false
	}
	host, _, err := net.SplitHostPort(address.Host)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && s.cluster.Contains(ip)
}
