package stages

import (
	"context"
	"errors"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/cache"
	"sigs.k8s.io/kwok/pkg/utils/gotpl"
	"sigs.k8s.io/kwok/pkg/utils/lifecycle"
)

// reasonFailed is the reason of the event that reports what is wrong with a Stage.
const reasonFailed = "StageFailed"

// play performs the steps of the pending Stage.
func (k *watchedKind) play(
	ctx context.Context, name cache.ObjectName, e *entry, object *unstructured.Unstructured, looks int,
) error {
	s := e.pending
	data, err := typed(object)
	if err != nil {
		return err
	}
	current := &play{player: k.player, resource: k.resource, stage: s, object: object, entry: e}
	renderer := gotpl.NewRenderer(functionsFor(object, k.player.Addresses))
	remaining, err := s.parsed.DoSteps(e.step, object.GetFinalizers(), templateData(data), renderer,
		current.recordEvent, func() error { return current.deleteObject(ctx) },
		func(patch *lifecycle.Patch) error { return current.patch(ctx, patch) },
		func(apply *lifecycle.Apply) error { return current.createObject(ctx, apply) })
	if newer := current.result; newer != nil {
		e.latest = newer
	}
	switch {
	case err == nil:
	case isReplaced(err):
		// The watch reports the object that has the name now.
		e.pending, e.step = nil, 0
		return nil
	case isTemporary(err):
		e.step = max(remaining, 0)
		return err
	default:
		return k.fail(e, e.newest(object), looks, &stageError{s, s.field(remaining), causeOf(err)})
	}
	s.history.addPlay()
	if s.namespace != "" {
		s.history.addObject(object)
	}
	newest := e.newest(object)
	if newest.GetResourceVersion() == object.GetResourceVersion() {
		e.markSteady(object, looks)
		return nil
	}
	if err := e.countRepeat(s); err != nil {
		return k.fail(e, newest, looks, err)
	}
	e.pending, e.step = nil, 0
	k.queue.Add(name)
	return nil
}

// reportProblem adds a mistake to the Stage's problems, and records it once as an event of the object,
// where a failed wait shows it.
func (p *Player) reportProblem(object *unstructured.Unstructured, err error) {
	problem := err.Error()
	var wrong *stageError
	if errors.As(err, &wrong) {
		wrong.stage.history.addProblem(problem)
	}
	p.Recorder.Event(referenceTo(object), corev1.EventTypeWarning, reasonFailed, problem)
}

func referenceTo(object *unstructured.Unstructured) *corev1.ObjectReference {
	return &corev1.ObjectReference{
		APIVersion: object.GetAPIVersion(), Kind: object.GetKind(), Namespace: object.GetNamespace(), Name: object.GetName(),
		UID: object.GetUID(), ResourceVersion: object.GetResourceVersion(),
	}
}
