package kubelet

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	helper "k8s.io/kubernetes/pkg/apis/core/v1/helper"
	volumeutil "k8s.io/kubernetes/pkg/volume/util"

	"seatrial/engine/internal/simulation/lifecycle"
)

// volumeProblem returns a kubelet's problem with the volumes that cannot be mounted.
// Volumes that no container uses do not matter.
func volumeProblem(ctx context.Context, find finder, cluster *clusterObjects, pod *corev1.Pod) lifecycle.Problem {
	mounts, devices, _ := volumeutil.GetPodVolumeNames(pod, false)
	var used []*corev1.Volume
	var unprocessed, problems []string
	isPermanent := false
	for i := range pod.Spec.Volumes {
		volume := &pod.Spec.Volumes[i]
		isMount, isDevice := mounts.Has(volume.Name), devices.Has(volume.Name)
		if !isMount && !isDevice {
			continue
		}
		used = append(used, volume)
		if problem := claimProblem(ctx, find, pod, volume, isMount, isDevice); problem.Message != "" {
			unprocessed, problems = append(unprocessed, volume.Name), append(problems, problem.Message)
			isPermanent = isPermanent || problem.Permanent
		}
	}
	if len(problems) > 0 {
		return lifecycle.Problem{Permanent: isPermanent, Message: fmt.Sprintf(
			"Unable to attach or mount volumes: unmounted volumes=%v, unattached volumes=[], failed to process volumes=%v: %s",
			unprocessed, unprocessed, strings.Join(problems, "; "))}
	}
	for _, volume := range used {
		problem := contentProblem(ctx, find, pod.Namespace, &volume.VolumeSource)
		if problem.Message == "" {
			problem = hugePagesProblem(pod, volume.EmptyDir)
		}
		if problem.Message == "" {
			problem = cluster.problem(ctx, pod, volume)
		}
		if problem.Message != "" {
			problem.Message = fmt.Sprintf("MountVolume.SetUp failed for volume %q : %s", volume.Name, problem.Message)
			return problem
		}
	}
	return lifecycle.Problem{}
}

// hugePagesProblem returns a kubelet's problem with a directory in huge pages of which no container requests one.
func hugePagesProblem(pod *corev1.Pod, source *corev1.EmptyDirVolumeSource) lifecycle.Problem {
	if source == nil || !helper.IsHugePageMedium(source.Medium) {
		return lifecycle.Problem{}
	}
	requests := []corev1.ResourceList{}
	if pod.Spec.Resources != nil {
		requests = append(requests, pod.Spec.Resources.Requests)
	}
	for _, container := range slices.Concat(pod.Spec.Containers, pod.Spec.InitContainers) {
		requests = append(requests, container.Resources.Requests)
	}
	for _, list := range requests {
		for name := range list {
			if !helper.IsHugePageResourceName(name) {
				continue
			}
			size := strings.TrimPrefix(string(name), corev1.ResourceHugePagesPrefix)
			if source.Medium == corev1.StorageMediumHugePages || size == strings.TrimPrefix(string(source.Medium), string(corev1.StorageMediumHugePagesPrefix)) {
				return lifecycle.Problem{}
			}
		}
	}
	return lifecycle.Problem{Permanent: true, Message: fmt.Sprintf(
		"medium %s: hugePages storage requested, but there is no resource request for huge pages", source.Medium)}
}

// contentProblem returns a kubelet's problem with the objects whose values are a volume's files.
func contentProblem(ctx context.Context, find finder, namespace string, source *corev1.VolumeSource) lifecycle.Problem {
	for _, ref := range contents(source) {
		problem := ref.problem(ctx, find, namespace, func(key string) string {
			if ref.of == configMaps {
				return "configmap references non-existent config key: " + key
			}
			return "references non-existent secret key: " + key
		})
		if problem.Message != "" {
			return problem
		}
	}
	return lifecycle.Problem{}
}

func contents(source *corev1.VolumeSource) []reference {
	switch {
	case source.Secret != nil:
		return []reference{{of: secrets, name: source.Secret.SecretName, keys: paths(source.Secret.Items), optional: source.Secret.Optional}}
	case source.ConfigMap != nil:
		return []reference{{of: configMaps, name: source.ConfigMap.Name, keys: paths(source.ConfigMap.Items), optional: source.ConfigMap.Optional}}
	case source.Projected == nil:
		return nil
	}
	var references []reference
	for _, projection := range source.Projected.Sources {
		if from := projection.Secret; from != nil {
			references = append(references, reference{of: secrets, name: from.Name, keys: paths(from.Items), optional: from.Optional})
		}
		if from := projection.ConfigMap; from != nil {
			references = append(references, reference{of: configMaps, name: from.Name, keys: paths(from.Items), optional: from.Optional})
		}
	}
	return references
}

func paths(items []corev1.KeyToPath) []string {
	var keys []string
	for _, item := range items {
		keys = append(keys, item.Key)
	}
	return keys
}
