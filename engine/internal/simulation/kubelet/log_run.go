package kubelet

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	"k8s.io/kubernetes/pkg/kubelet/images"
)

// runWithLog returns the id of the run whose log is requested, or a kubelet's message why there is no log.
// It decides by the container's status, as upstream's validateContainerLogStatus does.
func runWithLog(pod *corev1.Pod, container string, previous bool) (id, problem string) {
	status, found := containerStatus(&pod.Status, container)
	last := status.LastTerminationState.Terminated
	switch state := status.State; {
	case !found:
		return "", fmt.Sprintf("container %q in pod %q is not available", container, pod.Name)
	case previous && last == nil:
		return "", fmt.Sprintf("previous terminated container %q in pod %q not found", container, pod.Name)
	case previous:
		return last.ContainerID, ""
	case state.Running != nil:
		return status.ContainerID, ""
	case state.Terminated != nil:
		return state.Terminated.ContainerID, ""
	case last != nil:
		return last.ContainerID, ""
	case state.Waiting != nil:
		return "", fmt.Sprintf("container %q in pod %q is waiting to start: %s", container, pod.Name, waitsFor(state.Waiting.Reason))
	}
	return "", fmt.Sprintf("container %q in pod %q is waiting to start - no logs yet", container, pod.Name)
}

func containerStatus(status *corev1.PodStatus, name string) (corev1.ContainerStatus, bool) {
	for _, statuses := range [][]corev1.ContainerStatus{
		status.ContainerStatuses, status.InitContainerStatuses, status.EphemeralContainerStatuses,
	} {
		if found, known := podutil.GetContainerStatus(statuses, name); known {
			return found, true
		}
	}
	return corev1.ContainerStatus{}, false
}

func waitsFor(reason string) string {
	switch reason {
	case images.ErrImagePull.Error():
		return "image can't be pulled"
	case images.ErrImagePullBackOff.Error():
		return "trying and failing to pull image"
	}
	return reason
}
