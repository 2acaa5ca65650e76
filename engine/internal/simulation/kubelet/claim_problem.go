package kubelet

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/component-helpers/storage/ephemeral"
	storagehelpers "k8s.io/component-helpers/storage/volume"
	"k8s.io/utils/ptr"
)

// claimProblem returns a kubelet's message about the claim behind a volume; empty when the volume has no
// claim or the claim is usable.
func claimProblem(ctx context.Context, find finder, pod *corev1.Pod, volume *corev1.Volume, isMount, isDevice bool) string {
	name := ""
	switch {
	case volume.PersistentVolumeClaim != nil:
		name = volume.PersistentVolumeClaim.ClaimName
	case volume.Ephemeral != nil:
		name = ephemeral.VolumeClaimName(pod, volume)
	default:
		return ""
	}
	claim, err := find.claim(ctx, pod.Namespace, name)
	switch {
	case err != nil:
		return fmt.Sprintf("error processing PVC %s/%s: failed to fetch PVC from API server: %v", pod.Namespace, name, err)
	case !isBound(claim):
		return fmt.Sprintf("error processing PVC %s/%s: PVC is not bound", pod.Namespace, name)
	case volume.Ephemeral != nil:
		if err := ephemeral.VolumeIsForPod(pod, claim); err != nil {
			return err.Error()
		}
	}
	mode := ptr.Deref(claim.Spec.VolumeMode, corev1.PersistentVolumeFilesystem)
	if isMount && mode != corev1.PersistentVolumeFilesystem {
		return fmt.Sprintf("volume %s has volumeMode %s, but is specified in volumeMounts", volume.Name, mode)
	}
	if isDevice && mode != corev1.PersistentVolumeBlock {
		return fmt.Sprintf("volume %s has volumeMode %s, but is specified in volumeDevices", volume.Name, mode)
	}
	return ""
}

// isBound is also true for a claim whose phase the volume controller is about to write: the scheduler
// assigns a pod to its node already then.
func isBound(claim *corev1.PersistentVolumeClaim) bool {
	return claim.Status.Phase == corev1.ClaimBound || claim.Status.Phase == corev1.ClaimPending && claim.Spec.VolumeName != "" &&
		metav1.HasAnnotation(claim.ObjectMeta, storagehelpers.AnnBindCompleted)
}
