package kubelet

import (
	"context"

	corev1 "k8s.io/api/core/v1"
)

// missingPullSecrets names the Secrets with a registry's credentials that a pod names and that are not there. A kubelet speaks of them
// when an image cannot be pulled, and only then.
func missingPullSecrets(ctx context.Context, find finder, pod *corev1.Pod) []string {
	var missing []string
	for _, ref := range pod.Spec.ImagePullSecrets {
		if ref.Name == "" {
			continue
		}
		if keys, err := find.keys(ctx, secrets, pod.Namespace, ref.Name); err != nil || !keys.known {
			missing = append(missing, ref.Name)
		}
	}
	return missing
}
