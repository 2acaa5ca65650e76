package client

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"helm.sh/helm/v4/pkg/kube"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"seatrial/engine/internal/helm/failure"
	"seatrial/engine/internal/helm/wire"
)

// observedClient is Helm's client that also records what failed and in which phase: Helm itself
// drops some errors and gives the others no type.
type observedClient struct {
	containedClient
	cluster *Cluster
	ctx     context.Context
	mutex   sync.Mutex
	dropped []error
	// written are the kinds of admission policies that may not be enforced yet: "Validating" and "Mutating".
	written map[string]bool
}

func (c *observedClient) Create(resources kube.ResourceList, options ...kube.ClientCreateOption) (*kube.Result, error) {
	c.awaitPolicies()
	defer c.notePolicies(resources)
	defer c.delayControllers(resources)()
	return c.containedClient.Create(resources, options...)
}

func (c *observedClient) Update(original, target kube.ResourceList, options ...kube.ClientUpdateOption) (*kube.Result, error) {
	c.awaitPolicies()
	defer c.notePolicies(original, target)
	defer c.delayControllers(target)()
	return c.containedClient.Update(original, target, options...)
}

func (c *observedClient) delayControllers(resources kube.ResourceList) (end func()) {
	for _, info := range resources {
		kind := info.Mapping.GroupVersionKind
		if kind.Group == "admissionregistration.k8s.io" && strings.HasSuffix(kind.Kind, "WebhookConfiguration") && c.cluster.delayControllers != nil {
			return c.cluster.delayControllers(c.Namespace)
		}
	}
	return func() {}
}

func (c *observedClient) Delete(resources kube.ResourceList, policy metav1.DeletionPropagation) (*kube.Result, []error) {
	result, errs := c.containedClient.Delete(resources, policy)
	c.mutex.Lock()
	c.dropped = append(c.dropped, errs...)
	c.mutex.Unlock()
	return result, errs
}

// DeleteErrors are the errors of deletions, which Helm drops.
func (c *observedClient) DeleteErrors() []error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.dropped
}

func (c *observedClient) GetWaiter(strategy kube.WaitStrategy) (kube.Waiter, error) {
	return c.GetWaiterWithOptions(strategy)
}

func (c *observedClient) GetWaiterWithOptions(strategy kube.WaitStrategy, options ...kube.WaitOption) (kube.Waiter, error) {
	// Every wait ends together with the request, or when it is given up.
	ctx := waitContext(c.ctx)
	// The legacy strategy reads only this deprecated field.
	c.WaitContext = ctx //nolint:staticcheck // see above
	waiter, err := c.containedClient.GetWaiterWithOptions(strategy, append(options, kube.WithWaitContext(ctx))...)
	if err != nil {
		return nil, err
	}
	return &observedWaiter{waiter: waiter, strategy: strategy, client: c, ctx: ctx}, nil
}

// observedWaiter marks the errors of hooks, because only hooks are watched until ready, and of
// waits that were given up.
type observedWaiter struct {
	waiter   kube.Waiter
	strategy kube.WaitStrategy
	client   *observedClient
	ctx      context.Context
}

// Wait is also called by Helm between creating the objects of crds/ and rendering the templates.
func (w *observedWaiter) Wait(resources kube.ResourceList, timeout time.Duration) error {
	err := w.untilCurrent(resources, timeout, w.waiter.Wait, false)
	if err == nil && w.client.cluster.Connect() == nil {
		waitUntilServed(resources, w.client.cluster.live, w.ctx.Done())
	}
	return w.ended(err)
}

func (w *observedWaiter) WaitWithJobs(resources kube.ResourceList, timeout time.Duration) error {
	return w.ended(w.untilCurrent(resources, timeout, w.waiter.WaitWithJobs, true))
}

func (w *observedWaiter) WaitForDelete(resources kube.ResourceList, timeout time.Duration) error {
	return w.marked(w.untilDeleted(resources, timeout))
}

func (w *observedWaiter) WatchUntilReady(resources kube.ResourceList, timeout time.Duration) error {
	// It outlives a wait that is given up: the caller may have seen the failure before the container's end arrived here.
	ctx, cancel := context.WithCancel(context.WithoutCancel(w.ctx))
	defer cancel()
	ends := w.client.cluster.watchEnds(ctx, resources)
	err := w.untilReady(resources, timeout)
	if err == nil {
		return nil
	}
	failed := &failure.HookError{Err: w.marked(err), Objects: objectsOf(resources)}
	if w.ctx.Err() == nil && endedEarly(err) || errors.Is(context.Cause(w.ctx), failure.ErrGivenUp) {
		failed.Ends = ends.texts(ctx)
	}
	return failed
}

func (w *observedWaiter) marked(err error) error {
	if err == nil || !errors.Is(context.Cause(w.ctx), failure.ErrGivenUp) {
		return err
	}
	return fmt.Errorf("%w: %w", failure.ErrGivenUp, err)
}

// ended marks an error of a wait for objects other than hooks, also when Helm itself gave up.
func (w *observedWaiter) ended(err error) error {
	if endedEarly(err) {
		return fmt.Errorf("%w: %w", failure.ErrGivenUp, err)
	}
	return w.marked(err)
}

// endedEarly reports that Helm ended its wait before the time was up, because every object that was
// not ready had failed. Helm gives this error no type.
func endedEarly(err error) bool {
	if err == nil {
		return false
	}
	isOver := errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
	return !isOver && strings.Contains(err.Error(), " not ready. status: ")
}

func objectsOf(resources kube.ResourceList) []wire.ObjectRef {
	objects := make([]wire.ObjectRef, 0, len(resources))
	for _, info := range resources {
		kind := info.Mapping.GroupVersionKind
		objects = append(objects, wire.ObjectRef{
			APIVersion: kind.GroupVersion().String(),
			Kind:       kind.Kind,
			Namespace:  info.Namespace,
			Name:       info.Name,
		})
	}
	return objects
}
