package webhook

import (
	"context"
	"net/http"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/endpoints/request"

	"seatrial/engine/internal/takeeffect"
)

var configurations = []schema.GroupResource{
	{Group: "admissionregistration.k8s.io", Resource: "validatingwebhookconfigurations"},
	{Group: "admissionregistration.k8s.io", Resource: "mutatingwebhookconfigurations"},
}

// WithConfigurationsInEffect delays the response to a write of a webhook configuration until the admission
// plugins use it.
func (s *Simulator) WithConfigurationsInEffect(next http.Handler) http.Handler {
	return takeeffect.Delay(next, configurations, func(ctx context.Context, _ *request.RequestInfo) error {
		if s.client == nil {
			return nil
		}
		return s.waitUntilObserved(ctx)
	})
}
