package helm

import (
	"context"
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
	// The legacy strategy knows no other way to end early.
	client.WaitContext = ctx //nolint:staticcheck // see above
	noteReleases(cfg)
	cfg.KubeClient = &observedClient{containedClient: containedClient{client}, cluster: s.cluster, done: ctx.Done()}
	return cfg, nil
}

// waitOptions end every wait together with the request.
func waitOptions(ctx context.Context) []kube.WaitOption {
	return []kube.WaitOption{kube.WithWaitContext(ctx), kube.WithStatusComputeWorkers(statusWorkers)}
}

// observedClient is Helm's client, which also tells what failed and in which
// phase: Helm itself drops some errors and gives the others no type.
type observedClient struct {
	containedClient
	cluster *cluster
	done    <-chan struct{}
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
	waiter, err := c.containedClient.GetWaiterWithOptions(strategy, options...)
	if err != nil {
		return nil, err
	}
	return &observedWaiter{Waiter: waiter, client: c}, nil
}

// observedWaiter marks the errors of hooks: only hooks are watched until ready.
type observedWaiter struct {
	kube.Waiter
	client *observedClient
}

// Wait is also what Helm calls between creating crds/ and rendering the templates.
func (w *observedWaiter) Wait(resources kube.ResourceList, timeout time.Duration) error {
	err := w.Waiter.Wait(resources, timeout)
	if err == nil && w.client.cluster.connect() == nil {
		waitUntilServed(resources, w.client.cluster.live, w.client.done)
	}
	return err
}

func (w *observedWaiter) WatchUntilReady(resources kube.ResourceList, timeout time.Duration) error {
	err := w.Waiter.WatchUntilReady(resources, timeout)
	if err == nil {
		return nil
	}
	return &hookError{err: err, objects: objectsOf(resources)}
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
