package helm

import (
	"context"
	"errors"
	"sync"
)

var errGivenUp = errors.New("the wait was given up: what is waited for cannot become ready")

// operations are the actions in progress, so that a client that sees more than
// Helm does can end their waits. Unlike a cancelled request, the action goes on
// as after any failed wait: with its rollback, which waits anew.
type operations struct {
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

func newOperations() *operations { return &operations{active: map[*operation]struct{}{}} }

// begin returns the context of an action, and what ends it.
func (o *operations) begin(ctx context.Context, namespace, release string) (context.Context, func()) {
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

// waitContext is the context of one of an action's waits.
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

// giveUp ends the waits in progress of a release and tells how many actions it found.
func (o *operations) giveUp(namespace, release string) int {
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
			end(errGivenUp)
		}
		running.waits = nil
		running.mutex.Unlock()
	}
	return count
}

type giveUpRequest struct{ releaseFields }

type giveUpResponse struct {
	// Operations is the number of actions whose waits were ended.
	Operations int `json:"operations"`
}

func (s *Service) giveUp(_ context.Context, request giveUpRequest) (*giveUpResponse, error) {
	if err := checkReleaseName(request.ReleaseName); err != nil {
		return nil, err
	}
	return &giveUpResponse{Operations: s.operations.giveUp(namespaceOr(request.Namespace), request.ReleaseName)}, nil
}
