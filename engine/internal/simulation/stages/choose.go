package stages

import (
	"context"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/kwok/pkg/utils/lifecycle"
)

// expressionTimeout limits the expressions of all Stages for one object: a jq program may never end.
const expressionTimeout = 2 * time.Second

// selects reports whether the Stage's selector matches an object.
func (s *stage) selects(ctx context.Context, event *lifecycle.Event) (bool, error) {
	selected, err := lifecycle.Lifecycle{s.parsed}.ListAllPossible(ctx, event)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return false, &stageError{s, "spec.selector", err}
	}
	return len(selected) > 0, nil
}

// choose returns one of the Stages that select an object, at random by their weights; nil when none
// does. A Stage whose selector fails does not prevent the others.
func choose(ctx context.Context, stages []*stage, event *lifecycle.Event) (*stage, error) {
	var selecting lifecycle.Lifecycle
	var failure error
	for _, s := range stages {
		selected, err := s.selects(ctx, event)
		switch {
		case err != nil:
			failure = err
		case selected:
			selecting = append(selecting, s.parsed)
		}
	}
	if len(selecting) == 0 {
		return nil, failure
	}
	chosen, err := selecting.Match(ctx, event)
	at := slices.IndexFunc(stages, func(s *stage) bool { return s.parsed == chosen })
	switch {
	case err != nil:
		return nil, &stageError{stages[0], "spec.weightFrom", err}
	case at < 0:
		return nil, nil
	}
	return stages[at], nil
}

// schedule sets the pending Stage of an object. A pending Stage that still selects the object stays,
// so that its delay does not begin anew with every change.
func (e *entry) schedule(ctx context.Context, object *unstructured.Unstructured, stages []*stage) error {
	event, err := newEvent(object)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, expressionTimeout)
	defer cancel()
	if e.pending != nil && slices.Contains(stages, e.pending) {
		if e.step > 0 {
			return nil
		}
		if selected, err := e.pending.selects(ctx, event); err != nil || selected {
			return err
		}
	}
	e.pending, e.step = nil, 0
	chosen, err := choose(ctx, stages, event)
	if err != nil || chosen == nil {
		return err
	}
	now := time.Now()
	delay, _, err := chosen.parsed.Delay(ctx, event, now)
	if err != nil {
		return &stageError{chosen, "spec.delay", err}
	}
	e.pending, e.due = chosen, now.Add(delay)
	if delay > 0 {
		e.last, e.repeats = nil, 0
	}
	return nil
}
