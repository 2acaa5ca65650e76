package reconcile

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/tools/cache"
)

const workers = 2

// Controller keeps the objects of several kinds where they should be, each kind with a queue of its own.
type Controller struct{ queues []*Queue }

// Watch has all objects of an informer given to handle, and again whenever they change. It returns their queue.
func (c *Controller) Watch(
	what string, informer cache.SharedInformer, handle func(context.Context, cache.ObjectName) error,
) (*Queue, error) {
	queue := NewQueue(what, handle)
	c.queues = append(c.queues, queue)
	return queue, queue.Watch(informer)
}

// Run works until the context ends; the caches must be filled. It returns at once.
func (c *Controller) Run(ctx context.Context) {
	for _, queue := range c.queues {
		queue.Run(ctx, workers)
	}
}

// IgnoreGone takes for done what was to be written to an object that is gone or another one by now: its change is looked at anyway.
func IgnoreGone(err error) error {
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
		return nil
	}
	return err
}
