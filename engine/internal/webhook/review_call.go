package webhook

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// reviewCall is a review that the API server sends to a webhook: the fields that determine the answer, and
// the whole body.
type reviewCall struct {
	metav1.TypeMeta `json:",inline"`
	Request         struct {
		UID         types.UID               `json:"uid"`
		Kind        metav1.GroupVersionKind `json:"kind"`
		RequestKind metav1.GroupVersionKind `json:"requestKind"`
		Name        string                  `json:"name"`
		Namespace   string                  `json:"namespace"`
		Operation   string                  `json:"operation"`
		UserInfo    struct {
			Username string `json:"username"`
		} `json:"userInfo"`
		Object    *partialObject `json:"object"`
		OldObject *partialObject `json:"oldObject"`
		// The fields below are those of conversion reviews.
		DesiredAPIVersion string            `json:"desiredAPIVersion"`
		Objects           []json.RawMessage `json:"objects"`
	} `json:"request"`

	webhook calledWebhook
	body    []byte
	raw     json.RawMessage
}

type partialObject struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name        string            `json:"name"`
		Namespace   string            `json:"namespace"`
		Annotations map[string]string `json:"annotations"`
	} `json:"metadata"`
}

// readCall returns an error for a body that is not a review.
func readCall(body []byte) (*reviewCall, error) {
	call := &reviewCall{body: body}
	if err := json.Unmarshal(body, call); err != nil {
		return nil, err
	}
	if call.Kind != "AdmissionReview" && call.Kind != "ConversionReview" {
		return nil, fmt.Errorf("%q is not a review", call.Kind)
	}
	var outer struct {
		Request json.RawMessage `json:"request"`
	}
	err := json.Unmarshal(body, &outer)
	call.raw = outer.Request
	return call, err
}

func (c *reviewCall) isConversion() bool { return c.Kind == "ConversionReview" }

// isAboutEndpoints reports whether the object is one that makes a backend known.
func (c *reviewCall) isAboutEndpoints() bool {
	return c.Request.Kind.Kind == "EndpointSlice" || c.Request.Kind.Kind == "Endpoints"
}

// subject returns the object of an admission review; for a deletion, the old object.
func (c *reviewCall) subject() subject {
	object := c.Request.Object
	if object == nil || object.Kind == "" {
		object = c.Request.OldObject
	}
	found := subject{Namespace: c.Request.Namespace, Name: c.Request.Name}
	kind := c.Request.RequestKind
	if kind.Kind == "" {
		kind = c.Request.Kind
	}
	if object != nil {
		found.Release = object.Metadata.Annotations[releaseNamespaceAnnotation]
		if found.Name == "" {
			found.Name = object.Metadata.Name
		}
	}
	if kind.Group == "" && kind.Kind == "Namespace" {
		found.IsNamespace, found.Namespace = true, ""
	}
	return found
}

// entry returns the record of the call before its answer.
func (c *reviewCall) entry(releaseNamespace string) *review {
	return &review{
		Time: time.Now().UTC(), Type: c.webhook.Type, Configuration: c.webhook.Configuration, Webhook: c.webhook.Webhook,
		Request: masked(c.raw, c.Request.Kind), releaseNamespace: releaseNamespace,
	}
}

// respond returns a response with a review of the request's version.
func (c *reviewCall) respond(request *http.Request, response []byte) (*http.Response, error) {
	var fields map[string]any
	if err := json.Unmarshal(response, &fields); err != nil || fields == nil {
		return nil, fmt.Errorf("the response of webhook %q is not a JSON object", c.webhook.Webhook)
	}
	fields["uid"] = c.Request.UID
	body, err := json.Marshal(map[string]any{"apiVersion": c.APIVersion, "kind": c.Kind, "response": fields})
	if err != nil {
		return nil, err
	}
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Content-Type": {"application/json"}},
		Body:          io.NopCloser(bytes.NewReader(body)),
		ContentLength: int64(len(body)),
		Request:       request,
	}, nil
}
