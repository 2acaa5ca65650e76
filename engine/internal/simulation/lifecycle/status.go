package lifecycle

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	v1qos "k8s.io/kubernetes/pkg/apis/core/v1/helper/qos"

	"seatrial/engine/internal/simulation/environment"
)

// Status returns the pod's status as a kubelet reports it. Conditions of other components stay as they
// are.
func (p *Pod) Status(pod *corev1.Pod, world World, addresses environment.Addresses) corev1.PodStatus {
	if p.rejected {
		status := p.rejectedStatus(pod)
		if status.StartTime == nil {
			started := metav1.NewTime(p.startedAt).Rfc3339Copy()
			status.StartTime = &started
		}
		return status
	}
	old := &pod.Status
	status := *old.DeepCopy()
	status.ObservedGeneration = podutil.CalculatePodStatusObservedGeneration(pod)
	status.Phase = p.currentPhase(pod)
	status.Reason, status.Message = p.reason, p.message
	status.QOSClass = v1qos.GetPodQOS(pod)
	started := metav1.NewTime(p.startedAt).Rfc3339Copy()
	if status.StartTime == nil {
		status.StartTime = &started
	}
	status.HostIP = addresses.HostIP
	status.HostIPs = []corev1.HostIP{{IP: addresses.HostIP}}
	sandbox := p.volumeProblem == "" || p.begun()
	if sandbox {
		status.PodIP = addresses.PodIP
		status.PodIPs = []corev1.PodIP{{IP: addresses.PodIP}}
	}

	status.InitContainerStatuses = p.statuses(pod, world, pod.Spec.InitContainers, true)
	status.ContainerStatuses = p.statuses(pod, world, pod.Spec.Containers, false)
	status.EphemeralContainerStatuses = nil
	for i := range pod.Spec.EphemeralContainers {
		common := corev1.Container(pod.Spec.EphemeralContainers[i].EphemeralContainerCommon)
		status.EphemeralContainerStatuses = append(status.EphemeralContainerStatuses, p.statuses(pod, world, []corev1.Container{common}, false)...)
	}
	p.setConditions(pod, &status, world.Now, sandbox)
	return status
}
