package client

import (
	"context"
	"sync"

	"seatrial/engine/internal/helm/failure"
)

// Operations are the actions in progress, so that a caller that sees more than Helm does can end
// their waits. Unlike after a cancelled request, the action continues as after any failed wait:
// with its rollback, which waits again.
type Operations struct {
	mutex  sync.Mutex
	active map[*operation]struct{}
}

// operation is one action on a release, with a function for each of its waits.
type operation struct {
	namespace, release string
	mutex              sync.Mutex
	waits              []context.CancelCauseFunc
}

type operationKey struct{}

// NewOperations returns an empty set.
func NewOperations() *Operations { return &Operations{active: map[*operation]struct{}{}} }

// Begin returns the context of an action, and the function to call at its end.
func (o *Operations) Begin(ctx context.Context, namespace, release string) (context.Context, func()) {
	started := &operation{namespace: namespace, release: release}
	o.mutex.Lock()
	o.active[started] = struct{}{}
	o.mutex.Unlock()
	return context.WithValue(ctx, operationKey{}, started), func() {
		o.mutex.Lock()
		delete(o.active, started)
		o.mutex.Unlock()
	}
}

// waitContext is the context of one wait of an action.
func waitContext(ctx context.Context) context.Context {
	running, ok := ctx.Value(operationKey{}).(*operation)
	if !ok {
		return ctx
	}
	wait, giveUp := context.WithCancelCause(ctx)
	running.mutex.Lock()
	defer running.mutex.Unlock()
	running.waits = append(running.waits, giveUp)
	return wait
}

// GiveUp ends the waits in progress of a release and returns the number of its actions.
func (o *Operations) GiveUp(namespace, release string) int {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	count := 0
	for running := range o.active {
		if running.namespace != namespace || running.release != release {
			continue
		}
		count++
		running.mutex.Lock()
		for _, end := range running.waits {
			end(failure.ErrGivenUp)
		}
		running.waits = nil
		running.mutex.Unlock()
	}
	return count
}
