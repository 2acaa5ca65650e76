// Package webhook answers for webhooks and APIServices whose backend is a Service: no process is behind any Service here. It stands
// where the API server would open a connection; everything before and after that (rules, selectors, match conditions, failure
// policies, time-outs, patches) is upstream's.
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

// Simulator stands in for the backends of one API server. It is attached to the configuration of that before it starts.
type Simulator struct {
	cluster  netip.Prefix
	ca       []byte
	plugins  []reconfigurable
	services webhookutil.ServiceResolver
	homes    *homes
	seen     *seen
	crds     *crdNames

	behaviours *behaviours
	reviews    *ledger
	client     kubernetes.Interface
}

// New returns a simulator of the backends of Services with an address in the given range. The authority is any valid one: see trust.
func New(serviceRange string, ca []byte) (*Simulator, error) {
	cluster, err := netip.ParsePrefix(serviceRange)
	if err != nil {
		return nil, fmt.Errorf("the range of Service addresses is none: %w", err)
	}
	return &Simulator{
		cluster:    cluster,
		ca:         ca,
		seen:       newSeen(),
		crds:       newCRDNames(),
		behaviours: newBehaviours(),
		reviews:    newLedger(),
	}, nil
}

// Attach gives the simulator what the API server knows about Services and configurations, and the admission plugins the way to the
// simulator. It is called between the configuration of the server and its start.
func (s *Simulator) Attach(factory informers.SharedInformerFactory, services webhookutil.ServiceResolver) error {
	s.services = services
	s.homes = newHomes(factory)
	for _, plugin := range s.plugins {
		plugin.SetServiceResolver(webhookutil.NewDefaultServiceResolver())
		plugin.SetAuthenticationInfoResolverWrapper(s.WrapAuthentication)
		plugin.SetExternalKubeInformerFactory(observedFactory{factory, s.seen})
		if err := plugin.ValidateInitialization(); err != nil {
			return err
		}
	}
	if len(s.plugins) == 0 {
		return fmt.Errorf("the API server has no webhook admission plugin")
	}
	return nil
}

// Connect gives the simulator a client, once the API server answers.
func (s *Simulator) Connect(config *rest.Config) error {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	s.client = client
	return s.crds.connect(config)
}

// reconfigurable is what upstream's two webhook plugins have in common.
type reconfigurable interface {
	admission.InitializationValidator
	SetServiceResolver(webhookutil.ServiceResolver)
	SetAuthenticationInfoResolverWrapper(webhookutil.AuthenticationInfoResolverWrapper)
	SetExternalKubeInformerFactory(informers.SharedInformerFactory)
}

// resolve asks upstream where a Service is, with upstream's errors for one that does not exist or has no such port. The backend is
// simulated when that is an address inside the cluster; an ExternalName and the API server itself are real.
func (s *Simulator) resolve(namespace, name string, port int32) (*url.URL, bool, error) {
	address, err := s.services.ResolveEndpoint(namespace, name, port)
	if err != nil {
		return nil, false, err
	}
	host, _, err := net.SplitHostPort(address.Host)
	if err != nil {
		return address, false, nil
	}
	ip, err := netip.ParseAddr(host)
	return address, err == nil && s.cluster.Contains(ip), nil
}

// APIServiceResolver resolves the Services of APIServices. A simulated backend serves no API: it is an error at once, which
// becomes the APIService's condition, in place of a connection that nobody takes.
func (s *Simulator) APIServiceResolver() webhookutil.ServiceResolver { return apiServiceResolver{s} }

type apiServiceResolver struct{ simulator *Simulator }

func (r apiServiceResolver) ResolveEndpoint(namespace, name string, port int32) (*url.URL, error) {
	address, isSimulated, err := r.simulator.resolve(namespace, name, port)
	if err != nil {
		return nil, err
	}
	if isSimulated {
		return nil, fmt.Errorf("the backend of service/%s in %q is simulated: nothing serves this API", name, namespace)
	}
	return address, nil
}
