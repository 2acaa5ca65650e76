package helm

import (
	"fmt"
	"io"
	"runtime/debug"
	"time"

	"helm.sh/helm/v4/pkg/kube"
)

// panicError is a panic that was turned into an error where it happened. Helm
// installs and upgrades in goroutines of its own, in which nothing else could
// keep it from ending the engine. What cannot be reached are the goroutines that
// Helm's and Kubernetes' clients start for themselves.
type panicError struct {
	cause any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("the engine failed: %v", e.cause) }

func containPanic(err *error) {
	if cause := recover(); cause != nil {
		*err = &panicError{cause: cause, stack: debug.Stack()}
	}
}

// contained runs an action of Helm's.
func contained[Result any](run func() (Result, error)) (result Result, err error) {
	defer containPanic(&err)
	return run()
}

// containedClient is Helm's client without panics. Helm reads a result also
// beside an error.
type containedClient struct{ *kube.Client }

func (c containedClient) Create(resources kube.ResourceList, options ...kube.ClientCreateOption) (*kube.Result, error) {
	return withResult(func() (*kube.Result, error) { return c.Client.Create(resources, options...) })
}

func (c containedClient) Update(original, target kube.ResourceList, options ...kube.ClientUpdateOption) (*kube.Result, error) {
	return withResult(func() (*kube.Result, error) { return c.Client.Update(original, target, options...) })
}

func withResult(run func() (*kube.Result, error)) (*kube.Result, error) {
	result, err := contained(run)
	if result == nil {
		result = &kube.Result{}
	}
	return result, err
}

func (c containedClient) Build(reader io.Reader, validate bool) (kube.ResourceList, error) {
	return contained(func() (kube.ResourceList, error) { return c.Client.Build(reader, validate) })
}

func (c containedClient) GetWaiterWithOptions(strategy kube.WaitStrategy, options ...kube.WaitOption) (kube.Waiter, error) {
	waiter, err := contained(func() (kube.Waiter, error) { return c.Client.GetWaiterWithOptions(strategy, options...) })
	return containedWaiter{waiter}, err
}

type containedWaiter struct{ waiter kube.Waiter }

func (w containedWaiter) Wait(resources kube.ResourceList, timeout time.Duration) (err error) {
	defer containPanic(&err)
	return w.waiter.Wait(resources, timeout)
}

func (w containedWaiter) WaitWithJobs(resources kube.ResourceList, timeout time.Duration) (err error) {
	defer containPanic(&err)
	return w.waiter.WaitWithJobs(resources, timeout)
}

func (w containedWaiter) WaitForDelete(resources kube.ResourceList, timeout time.Duration) (err error) {
	defer containPanic(&err)
	return w.waiter.WaitForDelete(resources, timeout)
}

func (w containedWaiter) WatchUntilReady(resources kube.ResourceList, timeout time.Duration) (err error) {
	defer containPanic(&err)
	return w.waiter.WatchUntilReady(resources, timeout)
}
