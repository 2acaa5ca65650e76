package lifecycle

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// HasProjection reports a pod with a projected volume of which a source is of some kind.
func HasProjection(pod *corev1.Pod, is func(corev1.VolumeProjection) bool) bool {
	return slices.ContainsFunc(pod.Spec.Volumes, func(volume corev1.Volume) bool {
		return volume.Projected != nil && slices.ContainsFunc(volume.Projected.Sources, is)
	})
}
