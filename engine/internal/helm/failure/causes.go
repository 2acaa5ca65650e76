package failure

import (
	"errors"
	"fmt"
	"runtime/debug"

	"seatrial/engine/internal/helm/wire"
)

// ErrGivenUp ends the waits of an operation whose objects cannot become ready.
var ErrGivenUp = errors.New("the wait was given up: its objects cannot become ready")

// HookError is a hook that did not succeed.
type HookError struct {
	Err     error
	Objects []wire.ObjectRef
	// Ends are the failed ends of its containers, such as "container app exited with 3".
	Ends []string
}

func (e *HookError) Error() string { return e.Err.Error() }
func (e *HookError) Unwrap() error { return e.Err }

// PanicError is a panic that was turned into an error where it happened. Helm installs and upgrades
// in goroutines of its own, where no handler above could keep a panic from ending the engine. The
// goroutines that Helm's and Kubernetes' clients start themselves cannot be reached.
type PanicError struct {
	Cause any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("the engine failed: %v", e.Cause) }

// ContainPanic is deferred: it turns a panic into a *PanicError.
func ContainPanic(err *error) {
	if cause := recover(); cause != nil {
		*err = &PanicError{Cause: cause, Stack: debug.Stack()}
	}
}

// Contained runs one of Helm's actions without letting it panic.
func Contained[Result any](run func() (Result, error)) (result Result, err error) {
	defer ContainPanic(&err)
	return run()
}
