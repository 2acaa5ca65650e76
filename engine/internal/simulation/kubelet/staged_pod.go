package kubelet

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"

	"seatrial/engine/internal/simulation/lifecycle"
	"seatrial/engine/internal/simulation/stages"
)

// Stages says which pods Stages describe.
type Stages interface {
	StagingOf(ctx context.Context, pod *corev1.Pod) stages.Staging
	ForgetPod(uid types.UID)
}

// leaveToStages reports whether a pod's status comes from Stages. The kubelet does only one thing with
// such a pod: it removes the pod when the pod is deleted and no Stage selects it any more, at the latest
// at the end of its grace period.
func (k *Kubelet) leaveToStages(ctx context.Context, name cache.ObjectName, e *entry, pod *corev1.Pod) (bool, error) {
	staging := k.config.Stages.StagingOf(ctx, pod)
	if !staging.Staged {
		return false, nil
	}
	e.blocked.Store(false)
	if podutil.IsPodTerminal(pod) {
		k.admission.Release(pod.UID)
	} else {
		k.admission.Add(pod)
	}
	if k.creators.add(ctx, pod, &pod.Status) {
		k.EnqueueBlocked(pod.Namespace)
	}
	if pod.DeletionTimestamp == nil || pod.DeletionGracePeriodSeconds != nil && *pod.DeletionGracePeriodSeconds == 0 {
		return true, nil
	}
	if left := time.Until(pod.DeletionTimestamp.Time); staging.Selected && left > 0 {
		k.queue.AddAfter(name, left)
		return true, nil
	}
	return true, k.removePod(ctx, pod)
}

// stagedRun returns the run of a container that a Stage reports; nil when it reports none.
func stagedRun(pod *corev1.Pod, container string) *lifecycle.Run {
	reported, _ := containerStatus(&pod.Status, container)
	switch state := reported.State; {
	case state.Running != nil:
		return &lifecycle.Run{ID: string(pod.UID), StartedAt: state.Running.StartedAt.Time}
	case state.Terminated != nil:
		run := &lifecycle.Run{ID: string(pod.UID), StartedAt: state.Terminated.StartedAt.Time, FinishedAt: state.Terminated.FinishedAt.Time}
		if run.Running() {
			// A Stage need not set the time.
			run.FinishedAt = time.Now()
		}
		return run
	}
	return nil
}
