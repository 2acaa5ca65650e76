package lifecycle

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/securitycontext"
	"k8s.io/utils/ptr"
)

// user returns the user that a container's first process has, as the spec decides it. An image is taken to
// have no user and no groups of its own, so that it runs as root; nil when runAsNonRoot says that the image
// has a user, which is not known.
func user(pod *corev1.Pod, spec *corev1.Container) *corev1.ContainerUser {
	context := securitycontext.DetermineEffectiveSecurityContext(pod, spec)
	if context.RunAsUser == nil && ptr.Deref(context.RunAsNonRoot, false) {
		return nil
	}
	linux := &corev1.LinuxContainerUser{UID: ptr.Deref(context.RunAsUser, 0), GID: ptr.Deref(context.RunAsGroup, 0)}
	groups := map[int64]bool{linux.GID: true}
	if shared := pod.Spec.SecurityContext; shared != nil {
		for _, group := range shared.SupplementalGroups {
			groups[group] = true
		}
		if shared.FSGroup != nil {
			groups[*shared.FSGroup] = true
		}
	}
	linux.SupplementalGroups = slices.Sorted(maps.Keys(groups))
	return &corev1.ContainerUser{Linux: linux}
}

// volumeMounts returns the mounts as upstream's convertToAPIContainerStatuses does, on a node whose runtime
// supports recursive read-only mounts.
func volumeMounts(spec *corev1.Container) []corev1.VolumeMountStatus {
	var mounts []corev1.VolumeMountStatus
	for _, mount := range spec.VolumeMounts {
		status := corev1.VolumeMountStatus{Name: mount.Name, MountPath: mount.MountPath, ReadOnly: mount.ReadOnly}
		if mount.ReadOnly {
			mode := corev1.RecursiveReadOnlyDisabled
			if ptr.Deref(mount.RecursiveReadOnly, mode) != corev1.RecursiveReadOnlyDisabled {
				mode = corev1.RecursiveReadOnlyEnabled
			}
			status.RecursiveReadOnly = &mode
		}
		mounts = append(mounts, status)
	}
	return mounts
}
