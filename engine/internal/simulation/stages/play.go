package stages

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"text/template"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"sigs.k8s.io/kwok/pkg/apis/internalversion"
	"sigs.k8s.io/kwok/pkg/utils/gotpl"
	"sigs.k8s.io/kwok/pkg/utils/lifecycle"
)

// reasonFailed is of the event that tells what is wrong with a Stage.
const reasonFailed = "StageFailed"

// play does the steps of the pending Stage.
func (f *followed) play(ctx context.Context, name cache.ObjectName, e *entry, object *unstructured.Unstructured, looks int) error {
	s := e.pending
	data, err := typed(object)
	if err != nil {
		return err
	}
	performance := &performance{player: f.player, served: f.served, stage: s, object: object, entry: e}
	renderer := gotpl.NewRenderer(functionsFor(object, f.player.kubelet))
	remaining, err := s.played.DoSteps(e.step, object.GetFinalizers(), resource(data), renderer,
		performance.event, func() error { return performance.remove(ctx) },
		func(patch *lifecycle.Patch) error { return performance.patch(ctx, patch) },
		func(apply *lifecycle.Apply) error { return performance.apply(ctx, apply) })
	if newer := performance.result; newer != nil {
		e.latest = newer
	}
	switch {
	case err == nil:
	case isReplaced(err):
		// What has come in its place is told by the watch.
		e.pending, e.step = nil, 0
		return nil
	case isPassing(err):
		e.step = max(remaining, 0)
		return err
	default:
		return f.fail(e, e.newest(object), looks, &stageError{s, s.field(remaining), innerOf(err)})
	}
	f.player.played(s, object)
	newest := e.newest(object)
	if newest.GetResourceVersion() == object.GetResourceVersion() {
		e.settle(object, looks)
		return nil
	}
	if err := e.repeated(s); err != nil {
		return f.fail(e, newest, looks, err)
	}
	e.pending, e.step = nil, 0
	f.queue.Add(name)
	return nil
}

// performance is one play of a Stage on an object.
type performance struct {
	player *Player
	served served
	stage  *stage
	object *unstructured.Unstructured
	entry  *entry
	// result is the object after the last patch.
	result *unstructured.Unstructured
}

func (p *performance) event(event *internalversion.StageEvent) error {
	p.player.config.Recorder.Event(referenceTo(p.object), event.Type, event.Reason, event.Message)
	return nil
}

func (p *performance) remove(ctx context.Context) error {
	options := *metav1.NewDeleteOptions(0)
	options.Preconditions = metav1.NewUIDPreconditions(string(p.object.GetUID()))
	err := p.resources(p.player.config.Dynamic).Delete(ctx, p.object.GetName(), options)
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

func (p *performance) patch(ctx context.Context, patch *lifecycle.Patch) error {
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
		if _, gone := p.resources(p.player.config.Dynamic).Get(ctx, p.object.GetName(), metav1.GetOptions{}); gone == nil {
			return fmt.Errorf("%s of %s have no subresource %q; for the object itself it must be \"\"",
				p.served.Resource, p.served.Group, patch.Subresource)
		}
	}
	if err != nil {
		return err
	}
	p.result = result
	return nil
}

func (p *performance) resources(client dynamic.Interface) dynamic.ResourceInterface {
	if namespace := p.object.GetNamespace(); namespace != "" {
		return client.Resource(p.served.GroupVersionResource).Namespace(namespace)
	}
	return client.Resource(p.served.GroupVersionResource)
}

// onlyFor has the API server refuse a patch for an object that has come in the place of the one with this uid.
func onlyFor(uid types.UID, patch *lifecycle.Patch) ([]byte, error) {
	if patch.Type == types.JSONPatchType {
		var operations []json.RawMessage
		if err := json.Unmarshal(patch.Data, &operations); err != nil {
			return nil, fmt.Errorf("the patch is no list of operations: %w", err)
		}
		test := json.RawMessage(fmt.Sprintf(`{"op":"test","path":"/metadata/uid","value":%q}`, uid))
		return json.Marshal(append([]json.RawMessage{test}, operations...))
	}
	var body map[string]any
	if err := json.Unmarshal(patch.Data, &body); err != nil {
		return nil, fmt.Errorf("the patch is no object: %w", err)
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

// clientFor is the client in the name of a user.
func (p *Player) clientFor(as *internalversion.ImpersonationConfig) (dynamic.Interface, error) {
	if as == nil || as.Username == "" {
		return p.config.Dynamic, nil
	}
	if client, known := p.clients.Load(as.Username); known {
		return client.(dynamic.Interface), nil
	}
	config := rest.CopyConfig(p.config.REST)
	config.Impersonate = rest.ImpersonationConfig{UserName: as.Username}
	client, err := dynamic.NewForConfig(config)
	if err == nil {
		p.clients.Store(as.Username, client)
	}
	return client, err
}

// report keeps a mistake for whoever asks, and tells it once with an event of the object, where a wait that fails shows it.
func (p *Player) report(object *unstructured.Unstructured, err error) {
	problem := err.Error()
	var wrong *stageError
	if errors.As(err, &wrong) {
		p.mu.Lock()
		wrong.stage.note(problem)
		p.mu.Unlock()
	}
	p.config.Recorder.Event(referenceTo(object), corev1.EventTypeWarning, reasonFailed, problem)
}

func referenceTo(object *unstructured.Unstructured) *corev1.ObjectReference {
	return &corev1.ObjectReference{
		APIVersion: object.GetAPIVersion(), Kind: object.GetKind(), Namespace: object.GetNamespace(), Name: object.GetName(),
		UID: object.GetUID(), ResourceVersion: object.GetResourceVersion(),
	}
}

// isReplaced says that the object has gone, or is another one by now.
func isReplaced(err error) bool { return apierrors.IsNotFound(err) }

// isPassing says that the same request may succeed later.
func isPassing(err error) bool {
	return utilnet.IsConnectionRefused(err) || utilnet.IsConnectionReset(err) || apierrors.IsServerTimeout(err) || apierrors.IsTimeout(err) ||
		apierrors.IsServiceUnavailable(err) || apierrors.IsTooManyRequests(err) || apierrors.IsConflict(err)
}

// innerOf is the error of a step without kwok's words around it.
func innerOf(err error) error {
	var execution template.ExecError
	if errors.As(err, &execution) {
		return errors.New(inTemplate(execution.Error()))
	}
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		if _, isStatus := err.(apierrors.APIStatus); isStatus {
			return err
		}
		err = inner
	}
}
