package kubelet

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/component-helpers/storage/ephemeral"
	storagehelpers "k8s.io/component-helpers/storage/volume"
	"k8s.io/utils/ptr"

	"seatrial/engine/internal/simulation/lifecycle"
)

// claimProblem returns a kubelet's problem with the claim behind a volume, if it has one. A claim keeps its
// volume mode, so a wrong mode is permanent.
func claimProblem(ctx context.Context, find finder, pod *corev1.Pod, volume *corev1.Volume, isMount, isDevice bool) lifecycle.Problem {
	name := ""
	switch {
	case volume.PersistentVolumeClaim != nil:
		name = volume.PersistentVolumeClaim.ClaimName
	case volume.Ephemeral != nil:
		name = ephemeral.VolumeClaimName(pod, volume)
	default:
		return lifecycle.Problem{}
	}
	claim, err := find.claim(ctx, pod.Namespace, name)
	switch {
	case err != nil:
		return lifecycle.Problem{Message: fmt.Sprintf("error processing PVC %s/%s: failed to fetch PVC from API server: %v", pod.Namespace, name, err)}
	case !isBound(claim):
		return lifecycle.Problem{Message: fmt.Sprintf("error processing PVC %s/%s: PVC is not bound", pod.Namespace, name)}
	case volume.Ephemeral != nil:
		if err := ephemeral.VolumeIsForPod(pod, claim); err != nil {
			return lifecycle.Problem{Message: err.Error()}
		}
	}
	mode := ptr.Deref(claim.Spec.VolumeMode, corev1.PersistentVolumeFilesystem)
	if isMount && mode != corev1.PersistentVolumeFilesystem {
		return wrongMode(volume.Name, mode, "volumeMounts")
	}
	if isDevice && mode != corev1.PersistentVolumeBlock {
		return wrongMode(volume.Name, mode, "volumeDevices")
	}
	return lifecycle.Problem{}
}

func wrongMode(volume string, mode corev1.PersistentVolumeMode, field string) lifecycle.Problem {
	return lifecycle.Problem{
		Message:   fmt.Sprintf("volume %s has volumeMode %s, but is specified in %s", volume, mode, field),
		Permanent: true,
	}
}

// isBound is also true for a claim whose phase the volume controller is about to write: the scheduler
// assigns a pod to its node already then.
func isBound(claim *corev1.PersistentVolumeClaim) bool {
	return claim.Status.Phase == corev1.ClaimBound || claim.Status.Phase == corev1.ClaimPending && claim.Spec.VolumeName != "" &&
		metav1.HasAnnotation(claim.ObjectMeta, storagehelpers.AnnBindCompleted)
}
