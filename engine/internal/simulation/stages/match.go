package stages

import (
	"context"
	"fmt"
	"slices"

	"sigs.k8s.io/kwok/pkg/utils/lifecycle"
)

// stageError is what went wrong with a Stage, and in which field.
type stageError struct {
	stage *stage
	field string
	cause error
}

func (e *stageError) Error() string {
	return fmt.Sprintf("%s: %s: %s", e.stage.title(), e.field, oneLine(e.cause.Error()))
}

func (e *stageError) Unwrap() error { return e.cause }

// selects says whether the Stage's selector selects an object.
func (s *stage) selects(ctx context.Context, event *lifecycle.Event) (bool, error) {
	selected, err := lifecycle.Lifecycle{s.played}.ListAllPossible(ctx, event)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return false, &stageError{s, "spec.selector", err}
	}
	return len(selected) > 0, nil
}

// match chooses among the Stages that select an object, at random by their weights. One that fails does not hold up the others.
func match(ctx context.Context, stages []*stage, event *lifecycle.Event) (*stage, error) {
	var selecting lifecycle.Lifecycle
	var failure error
	for _, s := range stages {
		selected, err := s.selects(ctx, event)
		switch {
		case err != nil:
			failure = err
		case selected:
			selecting = append(selecting, s.played)
		}
	}
	if len(selecting) == 0 {
		return nil, failure
	}
	chosen, err := selecting.Match(ctx, event)
	at := slices.IndexFunc(stages, func(s *stage) bool { return s.played == chosen })
	switch {
	case err != nil:
		return nil, &stageError{stages[0], "spec.weightFrom", err}
	case at < 0:
		return nil, nil
	}
	return stages[at], nil
}

func contains(stages []*stage, wanted *stage) bool { return slices.Contains(stages, wanted) }
