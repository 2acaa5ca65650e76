package lifecycle

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	kubestatus "k8s.io/kubernetes/pkg/kubelet/status"
	kubetypes "k8s.io/kubernetes/pkg/kubelet/types"

	"seatrial/engine/internal/upstream"
)

// shortRun is how long a container has to run to be ready in between. A kubelet shows a container in a crash loop as ready
// for an instant, which a wait would take for success.
const shortRun = time.Second

// isReady reports whether a container is ready: an init container once it has succeeded, any other
// while it runs, once it has started and beginning ReadyAfter its start, unless it ends in a shortRun.
func (p *Pod) isReady(world World, spec *corev1.Container, c *container, init bool) bool {
	if init && !podutil.IsRestartableInitContainer(spec) {
		return c.waiting == nil && c.run != nil && !c.run.Running() && c.run.ExitCode == 0
	}
	if !c.run.Running() || !p.stoppingSince.IsZero() {
		return false
	}
	behaviour := world.Behaviour(spec)
	if behaviour.NeverReady || behaviour.Exits && behaviour.After < shortRun {
		return false
	}
	return isStarted(world, spec, c) && !world.Now.Before(c.run.StartedAt.Add(behaviour.ReadyAfter))
}

// isStarted reports whether a container runs and its startup probe has succeeded.
func isStarted(world World, spec *corev1.Container, c *container) bool {
	behaviour := world.Behaviour(spec)
	return c.run.Running() && !behaviour.NeverStarted && !world.Now.Before(c.run.StartedAt.Add(behaviour.StartedAfter))
}

// setConditions sets the kubelet's own conditions, Ready among them. Upstream's code computes the
// conditions that depend on the containers.
func (p *Pod) setConditions(pod *corev1.Pod, status *corev1.PodStatus, now time.Time, sandbox bool) {
	old := &pod.Status
	all := append(append([]corev1.ContainerStatus{}, status.InitContainerStatuses...), status.ContainerStatuses...)
	toStart := corev1.PodCondition{
		Type:               corev1.PodReadyToStartContainers,
		Status:             corev1.ConditionFalse,
		ObservedGeneration: podutil.CalculatePodConditionObservedGeneration(old, pod.Generation, corev1.PodReadyToStartContainers),
	}
	switch {
	case !sandbox:
		toStart.Reason, toStart.Message = upstream.SandboxNotReady, upstream.NoSandbox
	case p.phase != "":
		toStart.Reason, toStart.Message = upstream.SandboxNotReady, upstream.SandboxEnded
	default:
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
