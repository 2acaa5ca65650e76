package client

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"helm.sh/helm/v4/pkg/kube"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/cli-runtime/pkg/resource"
	"k8s.io/client-go/kubernetes"
)

// endsDelay is how long the watch may lag behind Helm's, which has seen the failure.
const endsDelay = 2 * time.Second

// givenUpEndsDelay is the same for a wait that was given up, perhaps for a reason without a container.
const givenUpEndsDelay = 250 * time.Millisecond

// hookEnds remembers how the containers of a hook's Pods ended: a Job that fails removes the Pods whose
// containers are restarted, and a delete policy removes the hook.
type hookEnds struct {
	mutex  sync.Mutex
	failed map[string]string
	seen   chan struct{}
}

// watchEnds watches the Pods of the resources, from the moment when each was created, until ctx ends. Without a
// connection nothing is known.
func (c *Cluster) watchEnds(ctx context.Context, resources kube.ResourceList) *hookEnds {
	ends := &hookEnds{failed: map[string]string{}, seen: make(chan struct{})}
	config, err := c.RESTConfig()
	if err != nil {
		return ends
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return ends
	}
	for _, info := range resources {
		name := info.Name
		switch info.Mapping.GroupVersionKind.Kind {
		case "Pod":
			go ends.watch(ctx, client, info, func(pod *corev1.Pod) bool { return pod.Name == name })
		case "Job":
			go ends.watch(ctx, client, info, func(pod *corev1.Pod) bool { return isOfJob(pod, name) })
		}
	}
	return ends
}

func isOfJob(pod *corev1.Pod, job string) bool {
	owner := metav1.GetControllerOf(pod)
	return owner != nil && owner.Kind == "Job" && owner.Name == job
}

// watch begins at the version at which the hook was created: on a busy machine its Pods may be gone before the
// watch is open. When that version is too old for the API server, the watch begins with the Pods that exist.
func (e *hookEnds) watch(ctx context.Context, client kubernetes.Interface, hook *resource.Info, isOfHook func(*corev1.Pod) bool) {
	for _, version := range []string{hook.ResourceVersion, ""} {
		opened, err := client.CoreV1().Pods(hook.Namespace).Watch(ctx, metav1.ListOptions{ResourceVersion: version})
		if err != nil {
			continue
		}
		isTooOld := false
		for event := range opened.ResultChan() {
			if pod, ok := event.Object.(*corev1.Pod); ok && isOfHook(pod) {
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

func (e *hookEnds) add(pod *corev1.Pod) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	for _, status := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
		for _, state := range []corev1.ContainerState{status.LastTerminationState, status.State} {
			end := state.Terminated
			if end == nil || end.ExitCode == 0 {
				continue
			}
			text := fmt.Sprintf("container %s exited with %d", status.Name, end.ExitCode)
			if end.Reason != "" && end.Reason != "Error" {
				text += fmt.Sprintf(" (%s)", end.Reason)
			}
			if len(e.failed) == 0 {
				close(e.seen)
			}
			e.failed[status.Name] = text
		}
	}
}

// texts are the failed ends, one for each container. It waits for the first of them.
func (e *hookEnds) texts(limit time.Duration) []string {
	select {
	case <-e.seen:
	case <-time.After(limit):
	}
	e.mutex.Lock()
	defer e.mutex.Unlock()
	return slices.Sorted(maps.Values(e.failed))
}
