package client

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"seatrial/engine/internal/helm/failure"
	"seatrial/engine/internal/helm/wire"
)

func TestGivingUpEndsTheWaitsOfOneReleaseButNotLaterWaits(t *testing.T) {
	operations := NewOperations()
	ctx, end := operations.Begin(t.Context(), "demo", "web")
	other, endOther := operations.Begin(t.Context(), "demo", "api")
	defer endOther()
	first, second, others := waitContext(ctx), waitContext(ctx), waitContext(other)

	if count := operations.GiveUp("demo", "web"); count != 1 {
		t.Errorf("it found %d operations", count)
	}
	for name, wait := range map[string]context.Context{"first": first, "second": second} {
		if !errors.Is(context.Cause(wait), failure.ErrGivenUp) {
			t.Errorf("the %s wait continues: %v", name, context.Cause(wait))
		}
	}
	if ctx.Err() != nil || others.Err() != nil || waitContext(ctx).Err() != nil {
		t.Errorf("more than the waits of the release ended: %v, %v", ctx.Err(), others.Err())
	}
	end()
	if count := operations.GiveUp("demo", "web"); count != 0 {
		t.Errorf("it found %d operations after the end", count)
	}
}

func TestAWaitThatWasGivenUpHasItsOwnCode(t *testing.T) {
	operations := NewOperations()
	ctx, end := operations.Begin(t.Context(), "demo", "web")
	defer end()
	waiter := &observedWaiter{ctx: waitContext(ctx)}
	if err := waiter.marked(nil); err != nil {
		t.Errorf("nothing failed, yet: %v", err)
	}
	before := waiter.marked(context.DeadlineExceeded)
	operations.GiveUp("demo", "web")
	after := waiter.marked(context.Canceled)
	for err, code := range map[error]wire.Code{before: wire.CodeTimeout, after: wire.CodeGivenUp, &failure.HookError{Err: after}: wire.CodeGivenUp} {
		if got := failure.OfAction(t.Context(), err, failure.Action{}, nil); got.Code != code {
			t.Errorf("%v is answered as %s, not %s", err, got.Code, code)
		}
	}
}

func TestAHookWhoseWaitWasGivenUpKeepsTheEndsOfItsContainers(t *testing.T) {
	ends := []string{"container app exited with 3"}
	job := wire.ObjectRef{APIVersion: "batch/v1", Kind: "Job", Namespace: "demo", Name: "migrate"}
	hook := &failure.HookError{
		Err:     fmt.Errorf("%w: %w", failure.ErrGivenUp, context.Canceled),
		Objects: []wire.ObjectRef{job},
		Ends:    ends,
	}
	got := failure.OfAction(t.Context(), hook, failure.Action{}, nil)
	if len(got.Failures) != 1 || *got.Failures[0].Object != job || !slices.Equal(got.Failures[0].Ends, ends) {
		t.Errorf("the failures are %+v", got.Failures)
	}
}
