package webhook

import (
	"encoding/json"
	"fmt"
	"net/http"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// convert answers a conversion review. Objects that are not at home keep their fields: a CustomResourceDefinition is everybody's.
func (b *backend) convert(request *http.Request, call *reviewCall) (*http.Response, error) {
	s := b.simulator
	kind := call.objectKind()
	name := s.crds.find(request.Context(), kind)
	call.identity = identity{Type: "conversion", Configuration: name, Webhook: name}
	home := ""
	if b.service != nil {
		home = b.service.Namespace
	}
	var how *behaviour
	concerned := make([]bool, len(call.Request.Objects))
	anyConcerned := false
	for i, object := range call.Request.Objects {
		about := conversionSubject(object)
		if found := s.behaviours.find(call.identity, home, about, s.homes); found != nil {
			how, concerned[i] = found, true
		} else {
			concerned[i] = s.homes.concerns(about, home)
		}
		anyConcerned = anyConcerned || concerned[i]
	}
	if b.service == nil && how == nil {
		return b.forward(request, call.body)
	}
	if !anyConcerned {
		return call.respond(request, converted(call.unchanged()))
	}
	if b.service != nil {
		_, isSimulated, err := s.resolve(b.service.Namespace, b.service.Name, b.service.Port)
		if err != nil {
			return nil, err
		}
		if !isSimulated && how == nil {
			return b.forward(request, call.body)
		}
	}
	entry := call.entry(home)
	response, err := b.convertAtHome(request, call, how, concerned, entry)
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

func (b *backend) convertAtHome(
	request *http.Request, call *reviewCall, how *behaviour, concerned []bool, entry *review,
) ([]byte, error) {
	objects := call.unchanged()
	switch {
	case how != nil && how.Deny != "":
		entry.AnsweredBy = byDeny
		status := metav1.Status{Status: metav1.StatusFailure, Message: how.Deny}
		return json.Marshal(map[string]any{"result": status})
	case how != nil && how.Convert:
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
		answer, err := b.simulator.behaviours.ask(request.Context(), how, call.identity, question)
		if err != nil {
			return nil, err
		}
		var response struct {
			Converted []json.RawMessage `json:"convertedObjects"`
		}
		if err := json.Unmarshal(answer, &response); err != nil {
			return nil, fmt.Errorf("the response of the spec's handler is no conversion: %w", err)
		}
		if len(response.Converted) != len(asked) {
			// Upstream says what is wrong with such an answer.
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
	return converted(objects), nil
}

// unchanged are the objects with another apiVersion and nothing else.
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
