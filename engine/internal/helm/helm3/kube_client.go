package helm3

import (
	"io"
	"sync"
	"time"

	"helm.sh/helm/v3/pkg/kube"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/cli-runtime/pkg/resource"

	"seatrial/engine/internal/helm/client"
	"seatrial/engine/internal/helm/failure"
)

var setFieldManager = sync.OnceFunc(func() { kube.ManagedFieldsManager = "helm" })

// kubeClient is Helm 3's client without panics. It waits and records what failed as the engine's
// client for Helm 4 does, so that a wait ends with its request or when it is given up.
type kubeClient struct {
	*kube.Client
	observer *client.Observer
	mutex    sync.Mutex
	hooks    []error
}

func newKubeClient(observer *client.Observer, namespace string) *kubeClient {
	setFieldManager()
	return &kubeClient{
		Client:   &kube.Client{Factory: observer.Factory(), Namespace: namespace, Log: func(string, ...any) {}},
		observer: observer,
	}
}

func (c *kubeClient) Create(resources kube.ResourceList) (*kube.Result, error) {
	defer c.observer.DelayControllers(resources)()
	return failure.Contained(func() (*kube.Result, error) { return c.Client.Create(resources) })
}

func (c *kubeClient) Update(original, target kube.ResourceList, force bool) (*kube.Result, error) {
	return c.update(target, func() (*kube.Result, error) { return c.Client.Update(original, target, force) })
}

func (c *kubeClient) UpdateThreeWayMerge(original, target kube.ResourceList, force bool) (*kube.Result, error) {
	return c.update(target, func() (*kube.Result, error) { return c.Client.UpdateThreeWayMerge(original, target, force) })
}

// update returns a result in any case: Helm reads it even when there is an error.
func (c *kubeClient) update(target kube.ResourceList, run func() (*kube.Result, error)) (*kube.Result, error) {
	defer c.observer.DelayControllers(target)()
	result, err := failure.Contained(run)
	if result == nil {
		result = &kube.Result{}
	}
	return result, err
}

func (c *kubeClient) Build(reader io.Reader, validate bool) (kube.ResourceList, error) {
	return failure.Contained(func() (kube.ResourceList, error) { return c.Client.Build(reader, validate) })
}

func (c *kubeClient) Delete(resources kube.ResourceList) (*kube.Result, []error) {
	result, errs := c.Client.Delete(resources)
	c.observer.Dropped(errs)
	return result, errs
}

func (c *kubeClient) DeleteWithPropagationPolicy(resources kube.ResourceList, policy metav1.DeletionPropagation) (*kube.Result, []error) {
	result, errs := c.Client.DeleteWithPropagationPolicy(resources, policy)
	c.observer.Dropped(errs)
	return result, errs
}

func (c *kubeClient) Wait(resources kube.ResourceList, timeout time.Duration) error {
	return c.wait(resources, client.LegacyWaitReady, timeout)
}

func (c *kubeClient) WaitWithJobs(resources kube.ResourceList, timeout time.Duration) error {
	return c.wait(resources, client.LegacyWaitJobs, timeout)
}

// wait continues without Jobs that have ended and whose time to live has passed. Helm 3 itself fails
// when such a Job is gone before it has looked, which depends on how fast containers end.
func (c *kubeClient) wait(resources kube.ResourceList, what client.LegacyWait, timeout time.Duration) error {
	deadline := time.Now().Add(timeout)
	for {
		err := c.observer.LegacyWait(resources, what, time.Until(deadline))
		if !apierrors.IsNotFound(err) {
			return err
		}
		left := resources.Filter(func(info *resource.Info) bool { return !isExpiredJob(info) })
		if len(left) == len(resources) {
			return err
		}
		resources = left
	}
}

func isExpiredJob(info *resource.Info) bool {
	job, ok := info.Object.(*unstructured.Unstructured)
	if !ok || job.GetKind() != "Job" {
		return false
	}
	_, hasTTL, _ := unstructured.NestedFieldNoCopy(job.Object, "spec", "ttlSecondsAfterFinished")
	return hasTTL && apierrors.IsNotFound(info.Get())
}

func (c *kubeClient) WaitForDelete(resources kube.ResourceList, timeout time.Duration) error {
	return c.observer.LegacyWait(resources, client.LegacyWaitDeleted, timeout)
}

func (c *kubeClient) WatchUntilReady(resources kube.ResourceList, timeout time.Duration) error {
	err := c.observer.LegacyWait(resources, client.LegacyWaitHook, timeout)
	if err != nil {
		c.mutex.Lock()
		c.hooks = append(c.hooks, err)
		c.mutex.Unlock()
	}
	return err
}

func (c *kubeClient) failedHooks() []error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.hooks
}
