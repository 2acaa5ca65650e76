package helm

import (
	"context"
	"errors"
	"testing"
)

func TestGivingUpEndsTheWaitsOfOneReleaseAndNotThoseThatComeAfter(t *testing.T) {
	operations := newOperations()
	ctx, end := operations.begin(t.Context(), "demo", "web")
	other, endOther := operations.begin(t.Context(), "demo", "api")
	defer endOther()
	first, second, others := waitContext(ctx), waitContext(ctx), waitContext(other)

	if count := operations.giveUp("demo", "web"); count != 1 {
		t.Errorf("it found %d operations", count)
	}
	for name, wait := range map[string]context.Context{"first": first, "second": second} {
		if !errors.Is(context.Cause(wait), errGivenUp) {
			t.Errorf("the %s wait goes on: %v", name, context.Cause(wait))
		}
	}
	if ctx.Err() != nil || others.Err() != nil || waitContext(ctx).Err() != nil {
		t.Errorf("more than the waits of the release ended: %v, %v", ctx.Err(), others.Err())
	}
	end()
	if count := operations.giveUp("demo", "web"); count != 0 {
		t.Errorf("it found %d operations after the end", count)
	}
}

func TestAWaitThatWasGivenUpIsToldApart(t *testing.T) {
	service := newTestService(t)
	ctx, end := service.operations.begin(t.Context(), "demo", "web")
	defer end()
	waiter := &observedWaiter{ctx: waitContext(ctx)}
	if err := waiter.marked(nil); err != nil {
		t.Errorf("nothing failed, yet: %v", err)
	}
	before := waiter.marked(context.DeadlineExceeded)
	service.operations.giveUp("demo", "web")
	after := waiter.marked(context.Canceled)
	for err, code := range map[error]Code{before: CodeTimeout, after: CodeGivenUp, &hookError{err: after}: CodeGivenUp} {
		if failure := service.actionError(t.Context(), err, failedAction{}); failure.Code != code {
			t.Errorf("%v is answered as %s, not %s", err, failure.Code, code)
		}
	}
}
