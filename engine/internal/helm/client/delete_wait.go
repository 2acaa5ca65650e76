package client

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"helm.sh/helm/v4/pkg/kube"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/cli-runtime/pkg/resource"
)

// deletesAtOnce is the number of objects whose deletion is waited for at the same time.
const deletesAtOnce = 16

// untilDeleted is Helm's wait for deletions, by one request for each object, and one watch for each object that still exists: most
// hooks that Helm deletes before it creates them never existed, and Helm starts informers to learn that.
func (w *observedWaiter) untilDeleted(resources kube.ResourceList, timeout time.Duration) error {
	if w.strategy != kube.StatusWatcherStrategy {
		return w.waiter.WaitForDelete(resources, timeout)
	}
	ctx, cancel := w.limited(timeout)
	defer cancel()
	left := make([]error, len(resources))
	unwatchable := make([]error, len(resources))
	var group sync.WaitGroup
	slots := make(chan struct{}, deletesAtOnce)
	for i, info := range resources {
		group.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			left[i], unwatchable[i] = awaitAbsence(ctx, info)
		})
	}
	group.Wait()
	var errs []error
	for i := range resources {
		if unwatchable[i] != nil {
			return w.waiter.WaitForDelete(resources, remaining(ctx))
		}
		if left[i] != nil {
			errs = append(errs, left[i])
		}
	}
	return joined(ctx, errs)
}

// awaitAbsence returns an error for an object that still exists when ctx ends, and another one when that is not known.
func awaitAbsence(ctx context.Context, info *resource.Info) (left, unknown error) {
	for {
		found, err := resource.NewHelper(info.Client, info.Mapping).Get(info.Namespace, info.Name)
		if apierrors.IsNotFound(err) {
			return nil, nil
		}
		last, ok := found.(*unstructured.Unstructured)
		if err != nil || !ok {
			return nil, errUnwatchable
		}
		isGone, err := follow(ctx, info, last.GetResourceVersion(), func(kind watch.EventType, object *unstructured.Unstructured) bool {
			last = object
			return kind == watch.Deleted
		})
		if isGone || err != nil {
			return nil, err
		}
		if ctx.Err() != nil {
			return stillExists(info, last), nil
		}
	}
}

// stillExists has Helm's words.
func stillExists(info *resource.Info, object *unstructured.Unstructured) error {
	state, err := status.Compute(object)
	if err != nil {
		state = &status.Result{Status: status.UnknownStatus, Message: err.Error()}
	}
	return fmt.Errorf("resource %s still exists. status: %s, message: %s", nameOf(info), state.Status, state.Message)
}
