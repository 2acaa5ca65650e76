package webhook

import (
	"bytes"
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"

	webhookutil "k8s.io/apiserver/pkg/util/webhook"
	"k8s.io/client-go/rest"
)

// WrapAuthentication makes the clients that upstream creates for webhooks go through the simulator.
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
			// With a bundle without a certificate upstream creates no client, whatever namespace the object is
			// in. With another bundle there is always a client, and checkBundle returns the same error for
			// objects of the release.
			config.CAData = s.ca
			if s.real != nil {
				config.Dial = s.real.Dial
			}
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

// forward sends the review to the real backend.
func (b *backend) forward(request *http.Request, body []byte) (*http.Response, error) {
	outgoing := request.Clone(request.Context())
	outgoing.Body = io.NopCloser(bytes.NewReader(body))
	outgoing.ContentLength = int64(len(body))
	if b.service != nil {
		address, err := b.simulator.addressOf(request.Context(), b.service)
		if err != nil {
			return nil, err
		}
		outgoing.URL.Host = address
	}
	return b.next.RoundTrip(outgoing)
}

func (s *Simulator) addressOf(ctx context.Context, service *serviceRef) (string, error) {
	if s.isReal(ctx, service) {
		return s.realEndpoint(ctx, service)
	}
	address, _, err := s.locate(ctx, service)
	if err != nil {
		return "", err
	}
	return address.Host, nil
}

// checkBundle is upstream's check of a CA bundle. An empty bundle is accepted: cert-manager or the operator
// itself would set it, and neither runs here.
func checkBundle(bundle []byte) error {
	if len(bundle) == 0 || x509.NewCertPool().AppendCertsFromPEM(bundle) {
		return nil
	}
	return fmt.Errorf("unable to load root certificates: the caBundle has no certificate in PEM")
}
