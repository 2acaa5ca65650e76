// Package reconcile brings objects, one by one and by name, to where they should be.
package reconcile

import (
	"context"
	"time"

	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/klog/v2"
)

const (
	// The pauses after a try that failed, from the first to the longest.
	firstRetry   = 10 * time.Millisecond
	longestRetry = time.Second
)

// Queue holds the names of the objects that are to be looked at. An object is in the hands of one worker at a time.
type Queue struct {
	what   string
	handle func(context.Context, cache.ObjectName) error
	queue  workqueue.TypedRateLimitingInterface[cache.ObjectName]
}

// NewQueue returns a queue whose objects are given to handle, and again later when it fails.
func NewQueue(what string, handle func(context.Context, cache.ObjectName) error) *Queue {
	return &Queue{what: what, handle: handle, queue: workqueue.NewTypedRateLimitingQueue(
		workqueue.NewTypedItemExponentialFailureRateLimiter[cache.ObjectName](firstRetry, longestRetry))}
}

// Add has an object looked at.
func (q *Queue) Add(name cache.ObjectName) { q.queue.Add(name) }

// AddAfter has an object looked at later.
func (q *Queue) AddAfter(name cache.ObjectName, after time.Duration) {
	q.queue.AddAfter(name, max(0, after))
}

// IsBusy tells whether objects wait for a worker.
func (q *Queue) IsBusy() bool { return q.queue.Len() > 0 }

// AddObject has an object looked at that an informer tells of.
func (q *Queue) AddObject(object any) {
	if name, err := cache.DeletionHandlingObjectToName(object); err == nil {
		q.queue.Add(name)
	}
}

// Watch has all objects of an informer looked at, and again whenever they change.
func (q *Queue) Watch(informer cache.SharedInformer) error { return OnChange(informer, q.AddObject) }

// OnChange calls back for every object that there is, changes or goes.
func OnChange(informer cache.SharedInformer, changed func(object any)) error {
	_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: changed, UpdateFunc: func(_, object any) { changed(object) }, DeleteFunc: changed,
	})
	return err
}

// Run works with so many workers until the context ends. It returns at once.
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
			klog.FromContext(ctx).V(1).Info("Simulation cannot update an object yet", "what", q.what, "name", name, "err", err)
			q.queue.AddRateLimited(name)
		} else {
			q.queue.Forget(name)
		}
		q.queue.Done(name)
	}
}
