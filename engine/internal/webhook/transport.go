package webhook

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"

	webhookutil "k8s.io/apiserver/pkg/util/webhook"
	"k8s.io/client-go/rest"
)

// The identity under which namespaces are emptied. A webhook whose own Service is gone first could keep its namespace for ever.
const NamespaceController = "system:serviceaccount:kube-system:namespace-controller"

// WrapAuthentication makes the clients that upstream builds for webhooks go through the simulator.
func (s *Simulator) WrapAuthentication(upstream webhookutil.AuthenticationInfoResolver) webhookutil.AuthenticationInfoResolver {
	return &webhookutil.AuthenticationInfoResolverDelegator{
		ClientConfigForFunc: func(address string) (*rest.Config, error) {
			config, err := upstream.ClientConfigFor(address)
			if err != nil {
				return nil, err
			}
			return s.wrap(config, nil), nil
		},
		ClientConfigForServiceFunc: func(name, namespace string, port int) (*rest.Config, error) {
			config, err := upstream.ClientConfigForService(name, namespace, port)
			if err != nil {
				return nil, err
			}
			service := &serviceRef{Namespace: namespace, Name: name, Port: int32(port)}
			if _, isSimulated, err := s.resolve(namespace, name, service.Port); err == nil && !isSimulated {
				return s.wrap(config, service), nil
			}
			config = rest.CopyConfig(config)
			// Upstream refuses to make a client for a bundle without a certificate, in whatever namespace the object is. With one
			// from us there is always a client, and trust says the same of objects at home.
			config.CAData = s.ca
			return s.wrap(config, service), nil
		},
	}
}

func (s *Simulator) wrap(config *rest.Config, service *serviceRef) *rest.Config {
	wrapped := rest.CopyConfig(config)
	wrapped.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return &backend{simulator: s, service: service, next: next}
	})
	return wrapped
}

type serviceRef struct {
	Namespace string
	Name      string
	Port      int32
}

// backend is the transport to one webhook, by Service or URL.
type backend struct {
	simulator *Simulator
	// service is nil for a webhook with a URL.
	service *serviceRef
	next    http.RoundTripper
}

func (b *backend) RoundTrip(request *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(request.Body)
	_ = request.Body.Close()
	if err != nil {
		return nil, err
	}
	call, err := readCall(body)
	if err != nil {
		return b.forward(request, body)
	}
	if call.isConversion() {
		return b.convert(request, call)
	}
	return b.admit(request, call)
}

// admit answers an admission review.
func (b *backend) admit(request *http.Request, call *reviewCall) (*http.Response, error) {
	s := b.simulator
	call.identity = identityOf(request.Context())
	known := s.homes.find(call.identity, b.service)
	object := call.subject()
	how := s.behaviours.find(call.identity, known.Home, object, s.homes)
	isTeardown := call.Request.UserInfo.Username == NamespaceController && call.Request.Operation == "DELETE"
	if isTeardown || (how == nil && !s.homes.concerns(object, known.Home)) {
		return call.respond(request, allowed)
	}
	entry := call.entry(known.Home)
	response, err := b.admitAtHome(request, call, known, how, entry)
	if err == errNotSimulated {
		return b.forward(request, call.body)
	}
	if err != nil {
		entry.Error = err.Error()
	}
	entry.Response = response
	s.reviews.add(entry)
	if err != nil {
		return nil, err
	}
	return call.respond(request, response)
}

var errNotSimulated = errors.New("the backend is real")

func (b *backend) admitAtHome(
	request *http.Request, call *reviewCall, known registration, how *behaviour, entry *review,
) ([]byte, error) {
	entry.AnsweredBy = byDefault
	if b.service == nil && how == nil {
		return nil, errNotSimulated
	}
	if b.service != nil {
		if err := trust(known.Bundle); err != nil {
			return nil, err
		}
		_, isSimulated, err := b.simulator.resolve(b.service.Namespace, b.service.Name, b.service.Port)
		if err != nil {
			return nil, err
		}
		if !isSimulated && how == nil {
			return nil, errNotSimulated
		}
	}
	switch {
	case how == nil || (how.Deny == "" && !how.Handle):
		return allowed, nil
	case how.Handle:
		entry.AnsweredBy = byHandler
		return b.simulator.behaviours.ask(request.Context(), how, call.identity, call.raw)
	}
	entry.AnsweredBy = byDeny
	return denied(how.Deny), nil
}

// forward makes the call that upstream would make.
func (b *backend) forward(request *http.Request, body []byte) (*http.Response, error) {
	outgoing := request.Clone(request.Context())
	outgoing.Body = io.NopCloser(bytes.NewReader(body))
	outgoing.ContentLength = int64(len(body))
	if b.service != nil {
		address, _, err := b.simulator.resolve(b.service.Namespace, b.service.Name, b.service.Port)
		if err != nil {
			return nil, err
		}
		outgoing.URL.Host = address.Host
	}
	return b.next.RoundTrip(outgoing)
}

// trust is upstream's check of a bundle. An empty one is left to be filled in, which is the work of cert-manager or of the
// operator itself: neither runs here.
func trust(bundle []byte) error {
	if len(bundle) == 0 || x509.NewCertPool().AppendCertsFromPEM(bundle) {
		return nil
	}
	return fmt.Errorf("unable to load root certificates: the caBundle has no certificate in PEM")
}
