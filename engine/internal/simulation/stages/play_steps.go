package stages

import (
	"context"
	"encoding/json"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"sigs.k8s.io/kwok/pkg/apis/internalversion"
	"sigs.k8s.io/kwok/pkg/utils/lifecycle"
)

// play is one play of a Stage on an object.
type play struct {
	player   *Player
	resource schema.GroupVersionResource
	stage    *stage
	object   *unstructured.Unstructured
	entry    *entry
	// result is the object after the last patch.
	result *unstructured.Unstructured
}

func (p *play) recordEvent(event *internalversion.StageEvent) error {
	p.player.Recorder.Event(referenceTo(p.object), event.Type, event.Reason, event.Message)
	return nil
}

func (p *play) deleteObject(ctx context.Context) error {
	options := *metav1.NewDeleteOptions(0)
	options.Preconditions = metav1.NewUIDPreconditions(string(p.object.GetUID()))
	err := p.resources(p.player.Dynamic).Delete(ctx, p.object.GetName(), options)
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

func (p *play) patch(ctx context.Context, patch *lifecycle.Patch) error {
	client, err := p.player.clientFor(patch.Impersonation)
	if err != nil {
		return err
	}
	data, err := onlyFor(p.object.GetUID(), patch)
	if err != nil {
		return err
	}
	var subresources []string
	if patch.Subresource != "" {
		subresources = append(subresources, patch.Subresource)
	}
	result, err := p.resources(client).Patch(ctx, p.object.GetName(), patch.Type, data, metav1.PatchOptions{}, subresources...)
	if apierrors.IsNotFound(err) && patch.Subresource != "" {
		if _, gone := p.resources(p.player.Dynamic).Get(ctx, p.object.GetName(), metav1.GetOptions{}); gone == nil {
			return fmt.Errorf("%s of %s have no subresource %q; for the object itself it must be \"\"",
				p.resource.Resource, p.resource.Group, patch.Subresource)
		}
	}
	if err != nil {
		return err
	}
	p.result = result
	return nil
}

func (p *play) resources(client dynamic.Interface) dynamic.ResourceInterface {
	if namespace := p.object.GetNamespace(); namespace != "" {
		return client.Resource(p.resource).Namespace(namespace)
	}
	return client.Resource(p.resource)
}

// onlyFor adds the uid to a patch, so that the API server rejects it for another object of that name.
func onlyFor(uid types.UID, patch *lifecycle.Patch) ([]byte, error) {
	if patch.Type == types.JSONPatchType {
		var operations []json.RawMessage
		if err := json.Unmarshal(patch.Data, &operations); err != nil {
			return nil, fmt.Errorf("the patch is not a list of operations: %w", err)
		}
		test := json.RawMessage(fmt.Sprintf(`{"op":"test","path":"/metadata/uid","value":%q}`, uid))
		return json.Marshal(append([]json.RawMessage{test}, operations...))
	}
	var body map[string]any
	if err := json.Unmarshal(patch.Data, &body); err != nil {
		return nil, fmt.Errorf("the patch is not an object: %w", err)
	}
	metadata, _ := body["metadata"].(map[string]any)
	if metadata == nil {
		metadata = map[string]any{}
	}
	metadata["uid"] = string(uid)
	if body == nil {
		body = map[string]any{}
	}
	body["metadata"] = metadata
	return json.Marshal(body)
}
