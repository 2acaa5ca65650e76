package webhook

import (
	"context"
	"net"
	"net/netip"

	discoveryv1 "k8s.io/api/discovery/v1"
)

// DialFunc connects to an address.
type DialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// RealNode is where the backends of Services are real: they have an address of the network, which only dial
// reaches.
type RealNode struct {
	Network netip.Prefix
	Dial    DialFunc
}

// UseRealNode makes the simulator stand in only for backends that are not on a real node. It is called before
// Attach.
func (s *Simulator) UseRealNode(node RealNode) { s.real = &node }

// isReal reports whether a Service has an endpoint on the real node, ready or not.
func (s *Simulator) isReal(ctx context.Context, service *serviceRef) bool {
	if s.real == nil || s.client == nil || service == nil {
		return false
	}
	read, err := s.readBackends(ctx, service)
	if err != nil {
		return false
	}
	for _, slice := range read.slices {
		for i := range slice.Endpoints {
			if s.real.has(&slice.Endpoints[i]) {
				return true
			}
		}
	}
	return false
}

func (n *RealNode) has(endpoint *discoveryv1.Endpoint) bool {
	for _, text := range endpoint.Addresses {
		if address, err := netip.ParseAddr(text); err == nil && n.Network.Contains(address) {
			return true
		}
	}
	return false
}

// realEndpoint returns the address of a ready backend on the real node. The API server is not on the node, so
// kube-proxy does not choose one.
func (s *Simulator) realEndpoint(ctx context.Context, service *serviceRef) (string, error) {
	read, err := s.readBackends(ctx, service)
	if err != nil {
		return "", err
	}
	for _, port := range read.service.Spec.Ports {
		if port.Port != service.Port {
			continue
		}
		return read.choose(port.Name, func(endpoint *discoveryv1.Endpoint, _ string) bool {
			return s.real.has(endpoint) && read.answerOf(endpoint) == answers
		})
	}
	return "", read.check(service.Port)
}
