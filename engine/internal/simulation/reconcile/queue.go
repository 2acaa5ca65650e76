// Package reconcile brings objects, one by one and by name, to their desired state.
package reconcile

import (
	"context"
	"time"

	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/klog/v2"
)

const (
	// The first and the longest pause after a failure.
	firstRetry   = 10 * time.Millisecond
	longestRetry = time.Second
)

// Queue contains the names of the objects to be handled. Only one worker handles an object at a time.
type Queue struct {
	what   string
	handle func(context.Context, cache.ObjectName) error
	queue  workqueue.TypedRateLimitingInterface[cache.ObjectName]
}

// NewQueue returns a queue that passes objects to handle, and again later when handle fails. what names
// the objects in the log.
func NewQueue(what string, handle func(context.Context, cache.ObjectName) error) *Queue {
	return &Queue{what: what, handle: handle, queue: workqueue.NewTypedRateLimitingQueue(
		workqueue.NewTypedItemExponentialFailureRateLimiter[cache.ObjectName](firstRetry, longestRetry))}
}

// Add adds an object.
func (q *Queue) Add(name cache.ObjectName) { q.queue.Add(name) }

// AddAfter adds an object after a time.
func (q *Queue) AddAfter(name cache.ObjectName, after time.Duration) {
	q.queue.AddAfter(name, max(0, after))
}

// IsBusy reports whether objects wait for a worker.
func (q *Queue) IsBusy() bool { return q.queue.Len() > 0 }

// AddObject adds an object that an informer reports.
func (q *Queue) AddObject(object any) {
	if name, err := cache.DeletionHandlingObjectToName(object); err == nil {
		q.queue.Add(name)
	}
}

// Watch adds all objects of an informer, again whenever they change.
func (q *Queue) Watch(informer cache.SharedInformer) error { return OnChange(informer, q.AddObject) }

// OnChange calls changed with every object that exists, changes or is deleted.
func OnChange(informer cache.SharedInformer, changed func(object any)) error {
	_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: changed, UpdateFunc: func(_, object any) { changed(object) }, DeleteFunc: changed,
	})
	return err
}

// Run starts a number of workers, which work until the context ends.
func (q *Queue) Run(ctx context.Context, workers int) {
	for range workers {
		go q.work(ctx)
	}
	go func() {
		<-ctx.Done()
		q.queue.ShutDown()
	}()
}

func (q *Queue) work(ctx context.Context) {
	for {
		name, stopped := q.queue.Get()
		if stopped {
			return
		}
		if err := q.handle(ctx, name); err != nil {
			klog.FromContext(ctx).V(1).Info("Retrying to simulate an object later", "what", q.what, "name", name, "err", err)
			q.queue.AddRateLimited(name)
		} else {
			q.queue.Forget(name)
		}
		q.queue.Done(name)
	}
}
