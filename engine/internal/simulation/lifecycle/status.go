package lifecycle

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	v1qos "k8s.io/kubernetes/pkg/apis/core/v1/helper/qos"
	kubestatus "k8s.io/kubernetes/pkg/kubelet/status"
	kubetypes "k8s.io/kubernetes/pkg/kubelet/types"
)

// Addresses are the node's and the pod's.
type Addresses struct {
	HostIP string
	PodIP  string
}

// Status is the pod's status as a kubelet reports it. Conditions that others write are kept as they are.
func (p *Pod) Status(pod *corev1.Pod, world World, addresses Addresses) corev1.PodStatus {
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

// setConditions writes the kubelet's own conditions, with upstream's code for all that depends on the containers.
func (p *Pod) setConditions(pod *corev1.Pod, status *corev1.PodStatus, now time.Time, sandbox bool) {
	old := &pod.Status
	all := append(append([]corev1.ContainerStatus{}, status.InitContainerStatuses...), status.ContainerStatuses...)
	toStart := corev1.PodCondition{
		Type:               corev1.PodReadyToStartContainers,
		Status:             corev1.ConditionFalse,
		ObservedGeneration: podutil.CalculatePodConditionObservedGeneration(old, pod.Generation, corev1.PodReadyToStartContainers),
	}
	if sandbox && p.phase == "" {
		toStart.Status = corev1.ConditionTrue
	}
	owned := []corev1.PodCondition{
		toStart,
		kubestatus.GeneratePodInitializedCondition(pod, old, all, status.Phase),
		kubestatus.GeneratePodReadyCondition(pod, old, status.Conditions, all, status.Phase),
		kubestatus.GenerateContainersReadyCondition(pod, old, all, status.Phase),
		{
			Type:               corev1.PodScheduled,
			Status:             corev1.ConditionTrue,
			ObservedGeneration: podutil.CalculatePodConditionObservedGeneration(old, pod.Generation, corev1.PodScheduled),
		},
	}
	if p.disrupted != "" {
		owned = append(owned, corev1.PodCondition{
			Type:               corev1.DisruptionTarget,
			Status:             corev1.ConditionTrue,
			Reason:             corev1.PodReasonTerminationByKubelet,
			Message:            p.disrupted,
			ObservedGeneration: pod.Generation,
		})
	}
	conditions := make([]corev1.PodCondition, 0, len(owned)+1)
	for _, condition := range old.Conditions {
		if !kubetypes.PodConditionByKubelet(condition.Type) && (condition.Type != corev1.DisruptionTarget || p.disrupted == "") {
			conditions = append(conditions, condition)
		}
	}
	changed := metav1.NewTime(now).Rfc3339Copy()
	for _, condition := range owned {
		condition.LastTransitionTime = changed
		if _, before := podutil.GetPodCondition(old, condition.Type); before != nil && before.Status == condition.Status {
			condition.LastTransitionTime = before.LastTransitionTime
		}
		conditions = append(conditions, condition)
	}
	status.Conditions = conditions
}
