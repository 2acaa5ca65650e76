package webhook

import (
	"context"
	"net/http"

	genericapirequest "k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/endpoints/responsewriter"
	"k8s.io/klog/v2"
)

// WithConfigurationsInEffect delays the response to a write of a webhook configuration until the admission
// plugins use it. Upstream responds some moments earlier: whether the webhook is called for the next object
// of a chart would depend on the load of the machine.
func (s *Simulator) WithConfigurationsInEffect(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if info, ok := genericapirequest.RequestInfoFrom(r.Context()); ok && isConfigurationWrite(info) {
			w = responsewriter.WrapForHTTP1Or2(&delayedResponse{ResponseWriter: w, wait: func() { s.waitAfterWrite(r.Context()) }})
		}
		next.ServeHTTP(w, r)
	})
}

func isConfigurationWrite(info *genericapirequest.RequestInfo) bool {
	if info.APIGroup != "admissionregistration.k8s.io" {
		return false
	}
	if info.Resource != "validatingwebhookconfigurations" && info.Resource != "mutatingwebhookconfigurations" {
		return false
	}
	switch info.Verb {
	case "create", "update", "patch", "delete", "deletecollection":
		return true
	}
	return false
}

func (s *Simulator) waitAfterWrite(ctx context.Context) {
	if s.client == nil {
		return
	}
	if err := s.waitUntilObserved(ctx); err != nil && ctx.Err() == nil {
		klog.FromContext(ctx).Error(err, "A webhook configuration may take effect later")
	}
}

// delayedResponse waits before the first byte of a successful response.
type delayedResponse struct {
	http.ResponseWriter
	wait    func()
	started bool
}

func (r *delayedResponse) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *delayedResponse) WriteHeader(code int) {
	if !r.started && code < http.StatusMultipleChoices {
		r.wait()
	}
	r.started = true
	r.ResponseWriter.WriteHeader(code)
}

func (r *delayedResponse) Write(data []byte) (int, error) {
	if !r.started {
		r.WriteHeader(http.StatusOK)
	}
	return r.ResponseWriter.Write(data)
}
