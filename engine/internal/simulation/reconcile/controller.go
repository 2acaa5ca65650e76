package reconcile

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/tools/cache"
)

const workers = 2

// Controller reconciles objects of several kinds, each kind with its own queue.
type Controller struct{ queues []*Queue }

// Watch passes all objects of an informer to handle, again whenever they change. It returns their queue.
func (c *Controller) Watch(
	what string, informer cache.SharedInformer, handle func(context.Context, cache.ObjectName) error,
) (*Queue, error) {
	queue := NewQueue(what, handle)
	c.queues = append(c.queues, queue)
	return queue, queue.Watch(informer)
}

// Run starts the work, which lasts until the context ends. The caches must be filled.
func (c *Controller) Run(ctx context.Context) {
	for _, queue := range c.queues {
		queue.Run(ctx, workers)
	}
}

// IgnoreGone drops the error of a write to an object that was deleted or has changed: the change is
// handled anyway.
func IgnoreGone(err error) error {
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
		return nil
	}
	return err
}
