package kubelet

import (
	"context"

	corev1 "k8s.io/api/core/v1"
)

// missingPullSecrets returns the names of the pod's image pull Secrets that do not exist. A kubelet mentions
// them only when an image cannot be pulled.
func missingPullSecrets(ctx context.Context, find finder, pod *corev1.Pod) []string {
	var missing []string
	for _, ref := range pod.Spec.ImagePullSecrets {
		if ref.Name == "" {
			continue
		}
		if keys, err := find.keys(ctx, secrets, pod.Namespace, ref.Name); err != nil || !keys.exists {
			missing = append(missing, ref.Name)
		}
	}
	return missing
}
