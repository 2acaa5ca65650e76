package lifecycle

import (
	corev1 "k8s.io/api/core/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	v1qos "k8s.io/kubernetes/pkg/apis/core/v1/helper/qos"
	kubetypes "k8s.io/kubernetes/pkg/kubelet/types"
)

// Reject ends a pod that the kubelet does not let run, and returns the event about it.
func (p *Pod) Reject(reason, message string, permanent bool) Event {
	p.rejected = true
	p.phase, p.reason, p.message = corev1.PodFailed, reason, "Pod was rejected: "+message
	return Event{Type: corev1.EventTypeWarning, Reason: reason, Message: message, Permanent: permanent}
}

// rejectedStatus is the status that upstream's rejectPod reports: that of a pod of which nothing was started.
func (p *Pod) rejectedStatus(pod *corev1.Pod) corev1.PodStatus {
	status := corev1.PodStatus{
		ObservedGeneration: podutil.CalculatePodStatusObservedGeneration(pod),
		Phase:              p.phase, Reason: p.reason, Message: p.message,
		QOSClass: v1qos.GetPodQOS(pod), StartTime: pod.Status.StartTime,
		NominatedNodeName: pod.Status.NominatedNodeName, ResourceClaimStatuses: pod.Status.ResourceClaimStatuses,
	}
	for _, condition := range pod.Status.Conditions {
		if !kubetypes.PodConditionByKubelet(condition.Type) {
			status.Conditions = append(status.Conditions, condition)
		}
	}
	return status
}
