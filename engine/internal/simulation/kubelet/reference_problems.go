package kubelet

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
)

// finder looks up what a pod refers to.
type finder interface {
	secret(ctx context.Context, namespace, name string) (keySet, error)
	configMap(ctx context.Context, namespace, name string) (keySet, error)
	claimExists(ctx context.Context, namespace, name string) (bool, error)
}

// volumeProblem is a kubelet's message about the first volume that cannot be mounted.
func volumeProblem(ctx context.Context, find finder, pod *corev1.Pod) string {
	for i := range pod.Spec.Volumes {
		volume := &pod.Spec.Volumes[i]
		if problem := sourceProblem(ctx, find, pod, &volume.VolumeSource); problem != "" {
			return fmt.Sprintf("MountVolume.SetUp failed for volume %q : %s", volume.Name, problem)
		}
	}
	return ""
}

func sourceProblem(ctx context.Context, find finder, pod *corev1.Pod, source *corev1.VolumeSource) string {
	switch {
	case source.Secret != nil:
		return secretProblem(ctx, find, pod.Namespace, source.Secret.SecretName, source.Secret.Items, source.Secret.Optional)
	case source.ConfigMap != nil:
		return configMapProblem(ctx, find, pod.Namespace, source.ConfigMap.Name, source.ConfigMap.Items, source.ConfigMap.Optional)
	case source.PersistentVolumeClaim != nil:
		name := source.PersistentVolumeClaim.ClaimName
		if exists, err := find.claimExists(ctx, pod.Namespace, name); err != nil {
			return err.Error()
		} else if !exists {
			return fmt.Sprintf("persistentvolumeclaim %q not found", name)
		}
	case source.Projected != nil:
		for _, projection := range source.Projected.Sources {
			problem := ""
			switch {
			case projection.Secret != nil:
				problem = secretProblem(ctx, find, pod.Namespace, projection.Secret.Name, projection.Secret.Items, projection.Secret.Optional)
			case projection.ConfigMap != nil:
				problem = configMapProblem(ctx, find, pod.Namespace, projection.ConfigMap.Name, projection.ConfigMap.Items,
					projection.ConfigMap.Optional)
			}
			if problem != "" {
				return problem
			}
		}
	}
	return ""
}

func secretProblem(ctx context.Context, find finder, namespace, name string, items []corev1.KeyToPath, optional *bool) string {
	keys, err := find.secret(ctx, namespace, name)
	return itemsProblem(keys, err, fmt.Sprintf("secret %q not found", name), "references non-existent secret key", items, optional)
}

func configMapProblem(ctx context.Context, find finder, namespace, name string, items []corev1.KeyToPath, optional *bool) string {
	keys, err := find.configMap(ctx, namespace, name)
	return itemsProblem(keys, err, fmt.Sprintf("configmap %q not found", name), "configmap references non-existent config key", items, optional)
}

func itemsProblem(keys keySet, err error, notFound, noKey string, items []corev1.KeyToPath, optional *bool) string {
	switch {
	case err != nil:
		return err.Error()
	case isTrue(optional):
		return ""
	case !keys.known:
		return notFound
	}
	for _, item := range items {
		if !keys.has(item.Key) {
			return fmt.Sprintf("%s: %s", noKey, item.Key)
		}
	}
	return ""
}

// configProblem is a kubelet's message about the first environment variable that cannot be set.
func configProblem(ctx context.Context, find finder, pod *corev1.Pod, container *corev1.Container) string {
	for _, from := range container.EnvFrom {
		problem := ""
		switch {
		case from.SecretRef != nil:
			problem = secretProblem(ctx, find, pod.Namespace, from.SecretRef.Name, nil, from.SecretRef.Optional)
		case from.ConfigMapRef != nil:
			problem = configMapProblem(ctx, find, pod.Namespace, from.ConfigMapRef.Name, nil, from.ConfigMapRef.Optional)
		}
		if problem != "" {
			return problem
		}
	}
	for _, variable := range container.Env {
		if variable.ValueFrom == nil {
			continue
		}
		problem := ""
		if ref := variable.ValueFrom.SecretKeyRef; ref != nil {
			keys, err := find.secret(ctx, pod.Namespace, ref.Name)
			problem = keyProblem(keys, err, fmt.Sprintf("secret %q not found", ref.Name), "Secret", pod.Namespace, ref.Name, ref.Key, ref.Optional)
		}
		if ref := variable.ValueFrom.ConfigMapKeyRef; ref != nil {
			keys, err := find.configMap(ctx, pod.Namespace, ref.Name)
			problem = keyProblem(keys, err, fmt.Sprintf("configmap %q not found", ref.Name), "ConfigMap", pod.Namespace, ref.Name, ref.Key,
				ref.Optional)
		}
		if problem != "" {
			return problem
		}
	}
	return ""
}

func keyProblem(keys keySet, err error, notFound, kind, namespace, name, key string, optional *bool) string {
	switch {
	case err != nil:
		return err.Error()
	case isTrue(optional):
		return ""
	case !keys.known:
		return notFound
	case !keys.has(key):
		return fmt.Sprintf("couldn't find key %v in %s %v/%v", key, kind, namespace, name)
	}
	return ""
}

func isTrue(value *bool) bool { return value != nil && *value }
