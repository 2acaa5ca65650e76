package client

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"helm.sh/helm/v4/pkg/kube"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/cli-runtime/pkg/resource"
)

// errUnwatchable means that Helm's own waiter has to decide.
var errUnwatchable = errors.New("the object cannot be watched")

// objectState is the status of an object, and kstatus' words for it.
type objectState struct {
	status  status.Status
	message string
}

func (s objectState) isFinal() bool {
	return s.status == status.CurrentStatus || s.status == status.FailedStatus
}

// untilReady is Helm's wait for a hook, by one watch of the object, which answers as soon as its status changes: Helm starts
// informers for each hook, and waits until they have synced. Hooks of other kinds than Job and Pod are ready when they
// exist, as for Helm, and they were created a moment ago.
func (w *observedWaiter) untilReady(resources kube.ResourceList, timeout time.Duration) error {
	if w.strategy == kube.LegacyStrategy {
		return w.waiter.WatchUntilReady(resources, timeout)
	}
	ctx, cancel := w.limited(timeout)
	defer cancel()
	var errs []error
	for _, info := range resources {
		kind := info.Mapping.GroupVersionKind.GroupKind().String()
		stateOf, isWaitedFor := hookStates[kind]
		if !isWaitedFor {
			continue
		}
		state, err := awaitHook(ctx, info, stateOf)
		if err != nil {
			return w.waiter.WatchUntilReady(resources, remaining(ctx))
		}
		if state.status != status.CurrentStatus {
			// Helm's words.
			errs = append(errs, fmt.Errorf("resource %s not ready. status: %s, message: %s", nameOf(info), state.status, state.message))
		}
	}
	return joined(ctx, errs)
}

func awaitHook(ctx context.Context, info *resource.Info, stateOf func(*unstructured.Unstructured) objectState) (objectState, error) {
	// Server-side apply leaves a hook that exists already as it is, and no event says that it has ended.
	last := stateOf(asUnstructured(info))
	if last.isFinal() {
		return last, nil
	}
	ended, err := follow(ctx, info, info.ResourceVersion, func(kind watch.EventType, object *unstructured.Unstructured) bool {
		last = stateOf(object)
		if kind == watch.Deleted && !last.isFinal() {
			last = objectState{status: status.NotFoundStatus, message: "Resource not found"}
		}
		return last.isFinal()
	})
	if err != nil {
		return last, err
	}
	if !ended && ctx.Err() == nil {
		return last, errUnwatchable
	}
	return last, nil
}

// asUnstructured is the object as the API server has answered when it was created or applied.
func asUnstructured(info *resource.Info) *unstructured.Unstructured {
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(info.Object)
	if err != nil {
		return &unstructured.Unstructured{Object: map[string]any{}}
	}
	return &unstructured.Unstructured{Object: content}
}

// hookStates are those of Helm's own readers (helm.sh/helm/v4/internal/statusreaders), which are not exported.
var hookStates = map[string]func(*unstructured.Unstructured) objectState{
	"Job.batch": jobState,
	"Pod":       podState,
}

func jobState(job *unstructured.Unstructured) objectState {
	object := job.UnstructuredContent()
	completions := status.GetIntField(object, ".spec.completions", status.GetIntField(object, ".spec.parallelism", 1))
	withConditions, err := status.GetObjectWithConditions(object)
	if err == nil {
		for _, condition := range withConditions.Status.Conditions {
			if condition.Status != "True" {
				continue
			}
			switch condition.Type {
			case "Complete":
				return objectState{status: status.CurrentStatus}
			case "Failed":
				failed := status.GetIntField(object, ".status.failed", 0)
				return objectState{status: status.FailedStatus, message: fmt.Sprintf("Job Failed. failed: %d/%d", failed, completions)}
			}
		}
	}
	return objectState{status: status.InProgressStatus, message: "Job in progress"}
}

func podState(pod *unstructured.Unstructured) objectState {
	switch status.GetStringField(pod.UnstructuredContent(), ".status.phase", "") {
	case "Succeeded":
		return objectState{status: status.CurrentStatus}
	case "Failed":
		return objectState{status: status.FailedStatus, message: fmt.Sprintf("pod %s failed", pod.GetName())}
	}
	return objectState{status: status.InProgressStatus, message: "Pod in progress"}
}

// follow watches an object from a version on until isOver returns true. It returns false when the watch or ctx ends before.
func follow(
	ctx context.Context, info *resource.Info, version string, isOver func(watch.EventType, *unstructured.Unstructured) bool,
) (bool, error) {
	opened, err := resource.NewHelper(info.Client, info.Mapping).WatchSingle(info.Namespace, info.Name, version)
	if err != nil {
		return false, errUnwatchable
	}
	defer opened.Stop()
	for {
		select {
		case <-ctx.Done():
			return false, nil
		case event, isOpen := <-opened.ResultChan():
			if !isOpen || event.Type == watch.Error {
				return false, nil
			}
			object, ok := event.Object.(*unstructured.Unstructured)
			if !ok {
				return false, errUnwatchable
			}
			if isOver(event.Type, object) {
				return true, nil
			}
		}
	}
}

// limited is the context of a wait; Helm has a default for a timeout of zero.
func (w *observedWaiter) limited(timeout time.Duration) (context.Context, context.CancelFunc) {
	if timeout == 0 {
		timeout = kube.DefaultStatusWatcherTimeout
	}
	return context.WithTimeout(w.ctx, timeout)
}

func remaining(ctx context.Context) time.Duration {
	deadline, _ := ctx.Deadline()
	return max(time.Until(deadline), time.Millisecond)
}

// joined is what Helm returns: what is wrong, and why the wait ended.
func joined(ctx context.Context, errs []error) error {
	if len(errs) == 0 {
		return nil
	}
	return errors.Join(append(errs, ctx.Err())...)
}

func nameOf(info *resource.Info) string {
	return fmt.Sprintf("%s/%s/%s", info.Mapping.GroupVersionKind.Kind, info.Namespace, info.Name)
}
