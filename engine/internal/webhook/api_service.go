package webhook

import (
	"context"
	"fmt"
	"net/url"

	webhookutil "k8s.io/apiserver/pkg/util/webhook"
)

// APIServiceResolver returns the resolver of the Services of APIServices. A simulated backend does not
// serve an API, unless it is on a real node: it is an error at once, which becomes the APIService's condition, instead of a connection
// that nothing accepts.
func (s *Simulator) APIServiceResolver() webhookutil.ServiceResolver { return apiServiceResolver{s} }

type apiServiceResolver struct{ simulator *Simulator }

func (r apiServiceResolver) ResolveEndpoint(namespace, name string, port int32) (*url.URL, error) {
	address, isSimulated, err := r.simulator.resolve(namespace, name, port)
	if err != nil {
		return nil, err
	}
	service := &serviceRef{Namespace: namespace, Name: name, Port: port}
	if ctx := context.Background(); isSimulated && r.simulator.isReal(ctx, service) {
		address.Host, err = r.simulator.realEndpoint(ctx, service)
		return address, err
	}
	if isSimulated {
		return nil, fmt.Errorf("the backend of service/%s in %q is simulated: nothing serves this API", name, namespace)
	}
	return address, nil
}
