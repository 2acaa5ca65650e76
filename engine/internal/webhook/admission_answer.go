package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// NamespaceController is the user that empties deleted namespaces. Its deletions are always allowed: a
// webhook whose own Service is deleted first could keep its namespace forever.
const NamespaceController = "system:serviceaccount:kube-system:namespace-controller"

// admit answers an admission review.
func (b *backend) admit(request *http.Request, call *reviewCall) (*http.Response, error) {
	s := b.simulator
	call.webhook = calledWebhookOf(request.Context())
	known := s.releases.find(call.webhook, b.service)
	object := call.subject()
	behaviour := s.behaviours.find(call.webhook, known.ReleaseNamespace, object, s.releases)
	isTeardown := call.Request.UserInfo.Username == NamespaceController && call.Request.Operation == "DELETE"
	if isTeardown || (behaviour == nil && !b.concerns(request.Context(), object, known)) {
		return call.respond(request, allowed)
	}
	entry := call.entry(known.ReleaseNamespace)
	response, err := b.admissionAnswer(request, call, known, behaviour, entry)
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

// concerns reports whether the webhook is called about an object. A configuration that Helm did not install,
// and whose backend is on the real node, is called as on any cluster.
func (b *backend) concerns(ctx context.Context, object subject, known registration) bool {
	s := b.simulator
	return s.releases.concern(object, known.ReleaseNamespace) || (!known.IsOfRelease && s.isReal(ctx, b.service))
}

var errNotSimulated = errors.New("the backend is real")

// admissionAnswer returns the response to a review of the release: a denial, the response of the spec's
// handler, or by default allowed if the Service has a ready backend. A spec's answer replaces the backend.
func (b *backend) admissionAnswer(
	request *http.Request, call *reviewCall, known registration, behaviour *behaviour, entry *review,
) ([]byte, error) {
	entry.AnsweredBy = byDefault
	if b.service == nil && behaviour == nil {
		return nil, errNotSimulated
	}
	if b.service != nil {
		if err := checkBundle(known.Bundle); err != nil {
			return nil, err
		}
		_, isSimulated, err := b.simulator.locate(request.Context(), b.service)
		if err != nil {
			return nil, err
		}
		if !isSimulated && behaviour == nil {
			return nil, errNotSimulated
		}
	}
	if behaviour == nil {
		if err := b.simulator.requireBackend(request.Context(), b.service, !call.isAboutEndpoints()); err != nil {
			return nil, err
		}
		if b.simulator.isReal(request.Context(), b.service) {
			return nil, errNotSimulated
		}
	}
	switch {
	case behaviour == nil || (behaviour.Deny == "" && !behaviour.Handle):
		return allowed, nil
	case behaviour.Handle:
		entry.AnsweredBy = byHandler
		return b.simulator.behaviours.ask(request.Context(), behaviour, call.webhook, call.raw)
	}
	entry.AnsweredBy = byDeny
	return denied(behaviour.Deny), nil
}

var allowed = []byte(`{"allowed":true}`)

// denied returns a response with the code and reason of controller-runtime's webhooks.
func denied(message string) []byte {
	status := metav1.Status{Message: message, Code: http.StatusForbidden, Reason: metav1.StatusReasonForbidden}
	encoded, _ := json.Marshal(admissionv1.AdmissionResponse{Result: &status})
	return encoded
}
