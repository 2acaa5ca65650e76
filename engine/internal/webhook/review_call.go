package webhook

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
)

// reviewCall is a review on its way to a webhook: the parts that decide about the answer, and all of it as upstream wrote it.
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
		// Of conversions.
		DesiredAPIVersion string            `json:"desiredAPIVersion"`
		Objects           []json.RawMessage `json:"objects"`
	} `json:"request"`

	identity identity
	body     []byte
	raw      json.RawMessage
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

// readCall fails for a body that is no review.
func readCall(body []byte) (*reviewCall, error) {
	call := &reviewCall{body: body}
	if err := json.Unmarshal(body, call); err != nil {
		return nil, err
	}
	if call.Kind != "AdmissionReview" && call.Kind != "ConversionReview" {
		return nil, fmt.Errorf("%q is no review", call.Kind)
	}
	var outer struct {
		Request json.RawMessage `json:"request"`
	}
	err := json.Unmarshal(body, &outer)
	call.raw = outer.Request
	return call, err
}

func (c *reviewCall) isConversion() bool { return c.Kind == "ConversionReview" }

// subject is the object of an admission review; of a deletion, the old one.
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

// entry begins the record of the call.
func (c *reviewCall) entry(home string) *review {
	return &review{
		Time: time.Now().UTC(), Type: c.identity.Type, Configuration: c.identity.Configuration, Webhook: c.identity.Webhook,
		Request: masked(c.raw, c.Request.Kind), home: home,
	}
}

var allowed = []byte(`{"allowed":true}`)

// denied has the code and reason that controller-runtime's webhooks give.
func denied(message string) []byte {
	status := metav1.Status{Message: message, Code: http.StatusForbidden, Reason: metav1.StatusReasonForbidden}
	encoded, _ := json.Marshal(admissionv1.AdmissionResponse{Result: &status})
	return encoded
}

// respond answers with a review of the version that was asked in.
func (c *reviewCall) respond(request *http.Request, response []byte) (*http.Response, error) {
	var fields map[string]any
	if err := json.Unmarshal(response, &fields); err != nil || fields == nil {
		return nil, fmt.Errorf("the response of webhook %q is no JSON object", c.identity.Webhook)
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

const hidden = "***"

// masked hides the data of a Secret: reviews are kept and printed.
func masked(request json.RawMessage, kind metav1.GroupVersionKind) json.RawMessage {
	if (schema.GroupKind{Group: kind.Group, Kind: kind.Kind}) != (schema.GroupKind{Kind: "Secret"}) {
		return request
	}
	var fields map[string]any
	if json.Unmarshal(request, &fields) != nil {
		return json.RawMessage(`{}`)
	}
	for _, name := range []string{"object", "oldObject"} {
		secret, _ := fields[name].(map[string]any)
		for _, part := range []string{"data", "stringData"} {
			values, _ := secret[part].(map[string]any)
			for key := range values {
				values[key] = hidden
			}
		}
		metadata, _ := secret["metadata"].(map[string]any)
		annotations, _ := metadata["annotations"].(map[string]any)
		// kubectl's copy of the whole object.
		delete(annotations, "kubectl.kubernetes.io/last-applied-configuration")
	}
	encoded, err := json.Marshal(fields)
	if err != nil {
		return json.RawMessage(`{}`)
	}
	return encoded
}
