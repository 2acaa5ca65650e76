// Package volumes provisions volumes for claims, without any storage.
package volumes

import (
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	volumeutil "k8s.io/kubernetes/pkg/volume/util"
	"k8s.io/utils/ptr"

	"seatrial/engine/internal/simulation/nodes"
)

// Provisioner is the name of the simulated provisioner. Any StorageClass may use it.
const Provisioner = "seatrial.dev/simulated"

// Classes returns the initial StorageClasses: the default class, which waits for a pod as the classes of
// clouds do, and a class that binds immediately.
func Classes() []runtime.Object {
	standard := newClass("standard", storagev1.VolumeBindingWaitForFirstConsumer)
	standard.Annotations[volumeutil.IsDefaultStorageClassAnnotation] = "true"
	return []runtime.Object{standard, newClass("standard-immediate", storagev1.VolumeBindingImmediate)}
}

func newClass(name string, mode storagev1.VolumeBindingMode) *storagev1.StorageClass {
	return &storagev1.StorageClass{
		ObjectMeta:           metav1.ObjectMeta{Name: name, Annotations: map[string]string{nodes.Annotation: "true"}},
		Provisioner:          Provisioner,
		ReclaimPolicy:        ptr.To(corev1.PersistentVolumeReclaimDelete),
		VolumeBindingMode:    &mode,
		AllowVolumeExpansion: ptr.To(true),
	}
}
