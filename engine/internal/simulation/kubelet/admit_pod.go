package kubelet

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// rejectionPause is the pause before a pod that cannot be rejected yet is looked at again.
const rejectionPause = 200 * time.Millisecond

// admits checks whether the node's kubelet lets a new pod run, and ends the pod if it does not. It returns
// false if the pod must wait for that end.
func (k *Kubelet) admits(ctx context.Context, e *entry, pod *corev1.Pod, node *corev1.Node) bool {
	if e.isAdmitted || e.life.Ended() {
		return true
	}
	if pod.Status.Phase != corev1.PodPending || pod.DeletionTimestamp != nil {
		// It has run already, with a status from a Stage, or never will.
		k.admission.Add(pod)
		e.isAdmitted = true
		return true
	}
	rejection := k.admission.Admit(ctx, pod, node)
	if rejection == nil {
		e.isAdmitted = true
		return true
	}
	if !k.admission.MayReject() {
		return false
	}
	k.recorders.record(pod, e.life.Reject(rejection.Reason, rejection.Message, rejection.Permanent))
	return true
}
