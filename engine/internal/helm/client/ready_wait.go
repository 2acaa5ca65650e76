package client

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"helm.sh/helm/v4/pkg/kube"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/cli-runtime/pkg/resource"
)

// untilCurrent is Helm's wait for the objects of a release, with the same status: kstatus' own. What the API server has
// answered to Helm is enough for objects that are ready at once; each of the others is watched, so that the wait ends with
// the event that makes the last of them ready. Helm starts an informer for each kind, and stops them at the end.
func (w *observedWaiter) untilCurrent(
	resources kube.ResourceList, timeout time.Duration, helm func(kube.ResourceList, time.Duration) error, jobsComplete bool,
) error {
	if w.strategy != kube.StatusWatcherStrategy {
		return helm(resources, timeout)
	}
	ctx, cancel := w.limited(timeout)
	defer cancel()
	all := newReadiness(resources, jobsComplete)
	if err := all.await(ctx); err != nil {
		return helm(resources, remaining(ctx))
	}
	return joined(ctx, all.errors())
}

// maxReopened is the number of watches of one object after which Helm's own waiter decides. Usually one is enough.
const maxReopened = 20

// readiness is the status of each of the objects that are waited for.
type readiness struct {
	infos        []*resource.Info
	jobsComplete bool
	mutex        sync.Mutex
	states       []objectState
	done         func()
}

func newReadiness(resources kube.ResourceList, jobsComplete bool) *readiness {
	all := &readiness{jobsComplete: jobsComplete}
	for _, info := range resources {
		object, isKnown := info.Object.(*unstructured.Unstructured)
		if isKnown && isPausedDeployment(object) {
			continue
		}
		state := objectState{status: status.UnknownStatus}
		// Without a version it is the object of the chart, not the API server's.
		if isKnown && object.GetResourceVersion() != "" {
			state = all.stateOf(object)
		}
		all.infos = append(all.infos, info)
		all.states = append(all.states, state)
	}
	return all
}

// await returns when every object is ready or has failed, and when ctx ends. Helm ends its wait, too, when what is not ready has
// failed, and only then: an object that has failed may become ready while another one is waited for.
func (r *readiness) await(ctx context.Context) error {
	watching, stop := context.WithCancel(ctx)
	defer stop()
	r.done = stop
	if r.isOver() {
		return nil
	}
	var group sync.WaitGroup
	problems := make([]error, len(r.infos))
	for i, info := range r.infos {
		if r.states[i].status == status.CurrentStatus {
			continue
		}
		group.Go(func() {
			if problems[i] = r.watch(watching, i, info); problems[i] != nil {
				stop()
			}
		})
	}
	group.Wait()
	for _, problem := range problems {
		if problem != nil {
			return problem
		}
	}
	return nil
}

func (r *readiness) watch(ctx context.Context, i int, info *resource.Info) error {
	version := info.ResourceVersion
	for range maxReopened {
		if ctx.Err() != nil {
			return nil
		}
		_, err := follow(ctx, info, version, func(kind watch.EventType, object *unstructured.Unstructured) bool {
			if kind == watch.Deleted {
				r.set(i, objectState{status: status.NotFoundStatus, message: "Resource not found"})
			} else {
				r.set(i, r.stateOf(object))
			}
			return false
		})
		if err != nil {
			return err
		}
		// The API server has closed the watch, or no longer has that version: the next watch begins with the object as it is.
		version = ""
	}
	return errUnwatchable
}

func (r *readiness) set(i int, state objectState) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.states[i] = state
	if r.isOver() {
		r.done()
	}
}

func (r *readiness) isOver() bool {
	return !slices.ContainsFunc(r.states, func(state objectState) bool { return !state.isFinal() })
}

func (r *readiness) stateOf(object *unstructured.Unstructured) objectState {
	if stateOf := hookStates["Job.batch"]; r.jobsComplete && object.GroupVersionKind().GroupKind().String() == "Job.batch" {
		return stateOf(object)
	}
	result, err := status.Compute(object)
	if err != nil {
		return objectState{status: status.UnknownStatus, message: err.Error()}
	}
	return objectState{status: result.Status, message: result.Message}
}

// errors are Helm's, for the objects that are not ready.
func (r *readiness) errors() []error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	var errs []error
	for i, state := range r.states {
		if state.status != status.CurrentStatus {
			errs = append(errs, fmt.Errorf("resource %s not ready. status: %s, message: %s", nameOf(r.infos[i]), state.status, state.message))
		}
	}
	return errs
}

// Helm does not wait for it: no Pod of a new version is created.
func isPausedDeployment(object *unstructured.Unstructured) bool {
	isPaused, _, _ := unstructured.NestedBool(object.Object, "spec", "paused")
	return isPaused && object.GroupVersionKind().GroupKind().String() == "Deployment.apps"
}
