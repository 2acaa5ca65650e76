package client

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"helm.sh/helm/v4/pkg/kube"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/cli-runtime/pkg/resource"
	"k8s.io/client-go/kubernetes"
)

// endsDelay is how long the watch may lag behind the status of the hook, which says that a container has failed.
const endsDelay = 10 * time.Second

// hookEnds remembers how the containers of a hook's Pods ended: a Job that fails removes the Pods whose
// containers are restarted, and a delete policy removes the hook.
type hookEnds struct {
	client kubernetes.Interface
	hooks  kube.ResourceList
	mutex  sync.Mutex
	failed map[string]string
	// seen is closed when a container or a Pod has failed: a kubelet may refuse a Pod before it has containers.
	seen     chan struct{}
	seenOnce sync.Once
}

// watchEnds watches the Pods of the resources, from the moment when each was created, until ctx ends. Without a
// connection nothing is known.
func (c *Cluster) watchEnds(ctx context.Context, resources kube.ResourceList) *hookEnds {
	ends := &hookEnds{failed: map[string]string{}, seen: make(chan struct{})}
	config, err := c.RESTConfig(nil)
	if err != nil {
		return ends
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return ends
	}
	ends.client, ends.hooks = client, resources
	for _, info := range resources {
		if hasPods(info) {
			go ends.watch(ctx, info)
		}
	}
	return ends
}

func hasPods(hook *resource.Info) bool {
	kind := hook.Mapping.GroupVersionKind.Kind
	return kind == "Pod" || kind == "Job"
}

func isOfHook(pod *corev1.Pod, hook *resource.Info) bool {
	if hook.Mapping.GroupVersionKind.Kind == "Pod" {
		return pod.Name == hook.Name
	}
	owner := metav1.GetControllerOf(pod)
	return owner != nil && owner.Kind == "Job" && owner.Name == hook.Name
}

// watch begins at the version at which the hook was created: on a busy machine its Pods may be gone before the
// watch is open. When that version is too old for the API server, the watch begins with the Pods that exist.
func (e *hookEnds) watch(ctx context.Context, hook *resource.Info) {
	for _, version := range []string{hook.ResourceVersion, ""} {
		opened, err := e.client.CoreV1().Pods(hook.Namespace).Watch(ctx, metav1.ListOptions{ResourceVersion: version})
		if err != nil {
			continue
		}
		isTooOld := false
		for event := range opened.ResultChan() {
			if pod, ok := event.Object.(*corev1.Pod); ok && isOfHook(pod, hook) {
				e.add(pod)
			}
			if event.Type == watch.Error {
				isTooOld = true
			}
		}
		opened.Stop()
		if !isTooOld {
			return
		}
	}
}

// add remembers how containers ended. A Pod that is deleted ends those that run: their own end came before.
func (e *hookEnds) add(pod *corev1.Pod) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	for _, status := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
		for _, state := range []corev1.ContainerState{status.LastTerminationState, status.State} {
			end := state.Terminated
			if end == nil || end.ExitCode == 0 || pod.DeletionTimestamp != nil && e.failed[status.Name] != "" {
				continue
			}
			text := fmt.Sprintf("container %s exited with %d", status.Name, end.ExitCode)
			if end.Reason != "" && end.Reason != "Error" {
				text += fmt.Sprintf(" (%s)", end.Reason)
			}
			e.failed[status.Name] = text
		}
	}
	if len(e.failed) > 0 || pod.Status.Phase == corev1.PodFailed {
		e.seenOnce.Do(func() { close(e.seen) })
	}
}

// addExisting adds the ends that the Pods of the hook show now, which the watch may not have brought yet.
func (e *hookEnds) addExisting(ctx context.Context, hook *resource.Info) {
	pods, err := e.client.CoreV1().Pods(hook.Namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return
	}
	for i := range pods.Items {
		if isOfHook(&pods.Items[i], hook) {
			e.add(&pods.Items[i])
		}
	}
}

// texts are the failed ends, one for each container. It waits for the first of them if there must be one: the Pods of a
// failed Job exist until its status says that it has failed.
func (e *hookEnds) texts(ctx context.Context) []string {
	for _, hook := range e.hooks {
		if hasPods(hook) {
			e.addExisting(ctx, hook)
		}
	}
	if slices.ContainsFunc(e.hooks, func(hook *resource.Info) bool { return e.hasFailed(ctx, hook) }) {
		select {
		case <-e.seen:
		case <-time.After(endsDelay):
		}
	}
	e.mutex.Lock()
	defer e.mutex.Unlock()
	return slices.Sorted(maps.Values(e.failed))
}

// hasFailed reports that a Pod of the hook has failed. A hook can also fail without a Pod, for want of a
// ServiceAccount for example.
func (e *hookEnds) hasFailed(ctx context.Context, hook *resource.Info) bool {
	switch hook.Mapping.GroupVersionKind.Kind {
	case "Pod":
		pod, err := e.client.CoreV1().Pods(hook.Namespace).Get(ctx, hook.Name, metav1.GetOptions{})
		return apierrors.IsNotFound(err) || err == nil && pod.Status.Phase == corev1.PodFailed
	case "Job":
		job, err := e.client.BatchV1().Jobs(hook.Namespace).Get(ctx, hook.Name, metav1.GetOptions{})
		return apierrors.IsNotFound(err) || err == nil && (job.Status.Failed > 0 || hasExceededLimit(job))
	}
	return false
}

// hasExceededLimit reports that a Job has failed because of its Pods. It counts a Pod whose containers are restarted
// only after it has removed it.
func hasExceededLimit(job *batchv1.Job) bool {
	return slices.ContainsFunc(job.Status.Conditions, func(condition batchv1.JobCondition) bool {
		isFailure := condition.Type == batchv1.JobFailed || condition.Type == batchv1.JobFailureTarget
		return isFailure && condition.Reason != batchv1.JobReasonDeadlineExceeded
	})
}
