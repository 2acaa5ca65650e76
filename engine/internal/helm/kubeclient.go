package helm

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	cmdutil "k8s.io/kubectl/pkg/cmd/util"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/kube"
)

// As many as Helm's own command uses: one slow status must not hold up the others.
const statusWorkers = 8

// configuration returns what an action works with, for one request.
func (s *Service) configuration(ctx context.Context, namespace string) (*action.Configuration, error) {
	handler := debugOnly(s.logger)
	cfg := action.NewConfiguration(action.ConfigurationSetLogger(handler))
	if err := cfg.Init(&clientGetter{cluster: s.cluster, namespace: namespace}, namespace, "secrets"); err != nil {
		return nil, err
	}
	client := cfg.KubeClient.(*kube.Client)
	client.Namespace = namespace
	if factory, ok := client.Factory.(cmdutil.Factory); ok {
		client.Factory = &validatingFactory{Factory: factory, validated: &s.cluster.validated}
	}
	noteReleases(cfg)
	cfg.KubeClient = &observedClient{containedClient: containedClient{client}, cluster: s.cluster, ctx: ctx}
	return cfg, nil
}

func waitOptions() []kube.WaitOption {
	return []kube.WaitOption{kube.WithStatusComputeWorkers(statusWorkers)}
}

// observedClient is Helm's client, which also tells what failed and in which
// phase: Helm itself drops some errors and gives the others no type.
type observedClient struct {
	containedClient
	cluster *cluster
	ctx     context.Context
	mutex   sync.Mutex
	dropped []error
}

func (c *observedClient) Delete(resources kube.ResourceList, policy metav1.DeletionPropagation) (*kube.Result, []error) {
	result, errs := c.containedClient.Delete(resources, policy)
	c.mutex.Lock()
	c.dropped = append(c.dropped, errs...)
	c.mutex.Unlock()
	return result, errs
}

func (c *observedClient) deleteErrors() []error {
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
	// The legacy strategy knows no other way.
	c.WaitContext = ctx //nolint:staticcheck // see above
	waiter, err := c.containedClient.GetWaiterWithOptions(strategy, append(options, kube.WithWaitContext(ctx))...)
	if err != nil {
		return nil, err
	}
	return &observedWaiter{waiter: waiter, client: c, ctx: ctx}, nil
}

// observedWaiter marks the errors of hooks, as only hooks are watched until
// ready, and of waits that were given up.
type observedWaiter struct {
	waiter kube.Waiter
	client *observedClient
	ctx    context.Context
}

// Wait is also what Helm calls between creating crds/ and rendering the templates.
func (w *observedWaiter) Wait(resources kube.ResourceList, timeout time.Duration) error {
	err := w.waiter.Wait(resources, timeout)
	if err == nil && w.client.cluster.connect() == nil {
		waitUntilServed(resources, w.client.cluster.live, w.ctx.Done())
	}
	return w.marked(err)
}

func (w *observedWaiter) WaitWithJobs(resources kube.ResourceList, timeout time.Duration) error {
	return w.marked(w.waiter.WaitWithJobs(resources, timeout))
}

func (w *observedWaiter) WaitForDelete(resources kube.ResourceList, timeout time.Duration) error {
	return w.marked(w.waiter.WaitForDelete(resources, timeout))
}

func (w *observedWaiter) WatchUntilReady(resources kube.ResourceList, timeout time.Duration) error {
	err := w.waiter.WatchUntilReady(resources, timeout)
	if err == nil {
		return nil
	}
	return &hookError{err: w.marked(err), objects: objectsOf(resources)}
}

func (w *observedWaiter) marked(err error) error {
	if err == nil || !errors.Is(context.Cause(w.ctx), errGivenUp) {
		return err
	}
	return fmt.Errorf("%w: %w", errGivenUp, err)
}

// hookError is a hook that did not succeed.
type hookError struct {
	err     error
	objects []ObjectRef
}

func (e *hookError) Error() string { return e.err.Error() }
func (e *hookError) Unwrap() error { return e.err }

func objectsOf(resources kube.ResourceList) []ObjectRef {
	objects := make([]ObjectRef, 0, len(resources))
	for _, info := range resources {
		kind := info.Mapping.GroupVersionKind
		objects = append(objects, ObjectRef{
			APIVersion: kind.GroupVersion().String(),
			Kind:       kind.Kind,
			Namespace:  info.Namespace,
			Name:       info.Name,
		})
	}
	return objects
}
