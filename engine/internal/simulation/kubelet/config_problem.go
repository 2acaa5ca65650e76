package kubelet

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"seatrial/engine/internal/simulation/lifecycle"
)

// configProblem returns a kubelet's problem with the first environment variable that cannot be set.
func configProblem(ctx context.Context, find finder, pod *corev1.Pod, container *corev1.Container) lifecycle.Problem {
	for _, ref := range variableReferences(container) {
		problem := ref.problem(ctx, find, pod.Namespace, func(key string) string {
			return fmt.Sprintf("couldn't find key %v in %s %v/%v", key, ref.of.kind, pod.Namespace, ref.name)
		})
		if problem.Message != "" {
			return problem
		}
	}
	return lifecycle.Problem{}
}

// variableReferences returns the references of a container's environment variables, in a kubelet's order.
func variableReferences(container *corev1.Container) []reference {
	var references []reference
	for _, from := range container.EnvFrom {
		if ref := from.SecretRef; ref != nil {
			references = append(references, reference{of: secrets, name: ref.Name, optional: ref.Optional})
		}
		if ref := from.ConfigMapRef; ref != nil {
			references = append(references, reference{of: configMaps, name: ref.Name, optional: ref.Optional})
		}
	}
	for _, variable := range container.Env {
		if variable.ValueFrom == nil {
			continue
		}
		if ref := variable.ValueFrom.SecretKeyRef; ref != nil {
			references = append(references, reference{of: secrets, name: ref.Name, keys: []string{ref.Key}, optional: ref.Optional})
		}
		if ref := variable.ValueFrom.ConfigMapKeyRef; ref != nil {
			references = append(references, reference{of: configMaps, name: ref.Name, keys: []string{ref.Key}, optional: ref.Optional})
		}
	}
	return references
}
