package webhook

import (
	"encoding/json"
	"fmt"
	"net/http"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// convert answers a conversion review. It converts objects of other releases without changes, because all
// releases share a CustomResourceDefinition.
func (b *backend) convert(request *http.Request, call *reviewCall) (*http.Response, error) {
	s := b.simulator
	kind := call.objectKind()
	name := s.crds.find(request.Context(), kind)
	call.webhook = calledWebhook{Type: "conversion", Configuration: name, Webhook: name}
	releaseNamespace := ""
	if b.service != nil {
		releaseNamespace = b.service.Namespace
	}
	var behaviour *behaviour
	concerned := make([]bool, len(call.Request.Objects))
	anyConcerned := false
	for i, object := range call.Request.Objects {
		about := conversionSubject(object)
		if found := s.behaviours.find(call.webhook, releaseNamespace, about, s.releases); found != nil {
			behaviour, concerned[i] = found, true
		} else {
			concerned[i] = s.releases.concern(about, releaseNamespace)
		}
		anyConcerned = anyConcerned || concerned[i]
	}
	if b.service == nil && behaviour == nil {
		return b.forward(request, call.body)
	}
	if behaviour == nil && s.isReal(request.Context(), b.service) {
		if err := s.requireBackend(request.Context(), b.service, true); err != nil {
			return nil, err
		}
		return b.forward(request, call.body)
	}
	if !anyConcerned {
		return call.respond(request, converted(call.unchanged()))
	}
	if b.service != nil {
		_, isSimulated, err := s.locate(request.Context(), b.service)
		if err != nil {
			return nil, err
		}
		if !isSimulated && behaviour == nil {
			return b.forward(request, call.body)
		}
	}
	entry := call.entry(releaseNamespace)
	response, err := b.conversionAnswer(request, call, behaviour, concerned, entry)
	entry.Response = response
	if err != nil {
		entry.Error = err.Error()
	}
	s.reviews.add(entry)
	if err != nil {
		return nil, err
	}
	return call.respond(request, response)
}

// conversionAnswer returns the response to a review with objects of the release: a denial, the conversion
// of the spec's handler, or by default a conversion without changes.
func (b *backend) conversionAnswer(
	request *http.Request, call *reviewCall, behaviour *behaviour, concerned []bool, entry *review,
) ([]byte, error) {
	objects := call.unchanged()
	switch {
	case behaviour != nil && behaviour.Deny != "":
		entry.AnsweredBy = byDeny
		status := metav1.Status{Status: metav1.StatusFailure, Message: behaviour.Deny}
		return json.Marshal(map[string]any{"result": status})
	case behaviour != nil && behaviour.Convert:
		entry.AnsweredBy = byHandler
		var asked []json.RawMessage
		for i, isConcerned := range concerned {
			if isConcerned {
				asked = append(asked, call.Request.Objects[i])
			}
		}
		question, err := json.Marshal(map[string]any{
			"uid": call.Request.UID, "desiredAPIVersion": call.Request.DesiredAPIVersion, "objects": asked,
		})
		if err != nil {
			return nil, err
		}
		answer, err := b.simulator.behaviours.ask(request.Context(), behaviour, call.webhook, question)
		if err != nil {
			return nil, err
		}
		var response struct {
			Converted []json.RawMessage `json:"convertedObjects"`
		}
		if err := json.Unmarshal(answer, &response); err != nil {
			return nil, fmt.Errorf("the response of the spec's handler is not a conversion: %w", err)
		}
		if len(response.Converted) != len(asked) {
			// Upstream's error names what is wrong with such a response.
			return converted(response.Converted), nil
		}
		for i, next := 0, 0; i < len(objects); i++ {
			if concerned[i] {
				objects[i] = response.Converted[next]
				next++
			}
		}
		return converted(objects), nil
	}
	entry.AnsweredBy = byDefault
	if behaviour == nil {
		if err := b.simulator.requireBackend(request.Context(), b.service, true); err != nil {
			return nil, err
		}
	}
	return converted(objects), nil
}

// unchanged returns the objects with the desired apiVersion and no other change.
func (c *reviewCall) unchanged() []json.RawMessage {
	objects := make([]json.RawMessage, len(c.Request.Objects))
	for i, object := range c.Request.Objects {
		objects[i] = object
		var fields map[string]json.RawMessage
		if json.Unmarshal(object, &fields) != nil {
			continue
		}
		fields["apiVersion"], _ = json.Marshal(c.Request.DesiredAPIVersion)
		if encoded, err := json.Marshal(fields); err == nil {
			objects[i] = encoded
		}
	}
	return objects
}

func converted(objects []json.RawMessage) []byte {
	if objects == nil {
		objects = []json.RawMessage{}
	}
	encoded, _ := json.Marshal(map[string]any{
		"convertedObjects": objects, "result": metav1.Status{Status: metav1.StatusSuccess},
	})
	return encoded
}

func (c *reviewCall) objectKind() schema.GroupKind {
	if len(c.Request.Objects) == 0 {
		return schema.GroupKind{}
	}
	var object partialObject
	_ = json.Unmarshal(c.Request.Objects[0], &object)
	return schema.FromAPIVersionAndKind(object.APIVersion, object.Kind).GroupKind()
}

func conversionSubject(raw json.RawMessage) subject {
	var object partialObject
	_ = json.Unmarshal(raw, &object)
	return subject{
		Namespace: object.Metadata.Namespace, Name: object.Metadata.Name,
		Release: object.Metadata.Annotations[releaseNamespaceAnnotation],
	}
}
