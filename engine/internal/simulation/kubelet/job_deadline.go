package kubelet

import (
	"context"
	"sync"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// jobDeadline returns a function that returns the activeDeadlineSeconds of the pod's Job, or nil. It reads the
// Job once.
func (k *Kubelet) jobDeadline(ctx context.Context, e *entry, pod *corev1.Pod) func() *int64 {
	if e.jobDeadline == nil {
		e.jobDeadline = sync.OnceValue(func() *int64 {
			owner := metav1.GetControllerOf(pod)
			if owner == nil || owner.Kind != "Job" || owner.APIVersion != batchv1.SchemeGroupVersion.String() {
				return nil
			}
			job, err := k.config.Client.BatchV1().Jobs(pod.Namespace).Get(ctx, owner.Name, metav1.GetOptions{})
			if err != nil {
				return nil
			}
			return job.Spec.ActiveDeadlineSeconds
		})
	}
	return e.jobDeadline
}
