package client

import (
	"io"
	"time"

	"helm.sh/helm/v4/pkg/kube"

	"seatrial/engine/internal/helm/failure"
)

// containedClient is Helm's client without panics. Helm reads the result even when there is an
// error.
type containedClient struct{ *kube.Client }

func (c containedClient) Create(resources kube.ResourceList, options ...kube.ClientCreateOption) (*kube.Result, error) {
	return withResult(func() (*kube.Result, error) { return c.Client.Create(resources, options...) })
}

func (c containedClient) Update(original, target kube.ResourceList, options ...kube.ClientUpdateOption) (*kube.Result, error) {
	return withResult(func() (*kube.Result, error) { return c.Client.Update(original, target, options...) })
}

func withResult(run func() (*kube.Result, error)) (*kube.Result, error) {
	result, err := failure.Contained(run)
	if result == nil {
		result = &kube.Result{}
	}
	return result, err
}

func (c containedClient) Build(reader io.Reader, validate bool) (kube.ResourceList, error) {
	return failure.Contained(func() (kube.ResourceList, error) { return c.Client.Build(reader, validate) })
}

func (c containedClient) GetWaiterWithOptions(strategy kube.WaitStrategy, options ...kube.WaitOption) (kube.Waiter, error) {
	waiter, err := failure.Contained(func() (kube.Waiter, error) { return c.Client.GetWaiterWithOptions(strategy, options...) })
	return containedWaiter{waiter}, err
}

type containedWaiter struct{ waiter kube.Waiter }

func (w containedWaiter) Wait(resources kube.ResourceList, timeout time.Duration) (err error) {
	defer failure.ContainPanic(&err)
	return w.waiter.Wait(resources, timeout)
}

func (w containedWaiter) WaitWithJobs(resources kube.ResourceList, timeout time.Duration) (err error) {
	defer failure.ContainPanic(&err)
	return w.waiter.WaitWithJobs(resources, timeout)
}

func (w containedWaiter) WaitForDelete(resources kube.ResourceList, timeout time.Duration) (err error) {
	defer failure.ContainPanic(&err)
	return w.waiter.WaitForDelete(resources, timeout)
}

func (w containedWaiter) WatchUntilReady(resources kube.ResourceList, timeout time.Duration) (err error) {
	defer failure.ContainPanic(&err)
	return w.waiter.WatchUntilReady(resources, timeout)
}
