package volumes

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	storagelisters "k8s.io/client-go/listers/storage/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/record"
	storagehelpers "k8s.io/component-helpers/storage/volume"

	"seatrial/engine/internal/simulation/reconcile"
)

// Controller does the work of an external provisioner and resizer. The volume controller binds claims.
type Controller struct {
	reconcile.Controller
	client   kubernetes.Interface
	recorder record.EventRecorder
	claims   corelisters.PersistentVolumeClaimLister
	volumes  corelisters.PersistentVolumeLister
	classes  storagelisters.StorageClassLister
}

// New returns the controller before Run. It adds the informers that it needs to the factory.
func New(client kubernetes.Interface, factory informers.SharedInformerFactory, recorder record.EventRecorder) (*Controller, error) {
	claims, volumes := factory.Core().V1().PersistentVolumeClaims(), factory.Core().V1().PersistentVolumes()
	c := &Controller{
		client: client, recorder: recorder, claims: claims.Lister(), volumes: volumes.Lister(), classes: factory.Storage().V1().StorageClasses().Lister(),
	}
	if _, err := c.Watch("claim", claims.Informer(), c.syncClaim); err != nil {
		return nil, err
	}
	_, err := c.Watch("volume", volumes.Informer(), c.syncVolume)
	return c, err
}

func (c *Controller) syncClaim(ctx context.Context, name cache.ObjectName) error {
	claim, err := c.claims.PersistentVolumeClaims(name.Namespace).Get(name.Name)
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if claim.DeletionTimestamp != nil {
		return nil
	}
	if claim.Spec.VolumeName != "" {
		return c.resize(ctx, claim)
	}
	// The volume controller requests a volume by writing the provisioner's name to the claim, for most
	// classes once a pod uses it.
	if claim.Annotations[storagehelpers.AnnStorageProvisioner] != Provisioner {
		return nil
	}
	class, err := c.classes.Get(storagehelpers.GetPersistentVolumeClaimClass(claim))
	if err != nil {
		return err
	}
	if problem := refusal(claim); problem != "" {
		c.recorder.Eventf(claim, corev1.EventTypeWarning, "ProvisioningFailed", "failed to provision volume with StorageClass %q: %s", class.Name, problem)
		return nil
	}
	volume := newVolume(claim, class)
	if _, err := c.client.CoreV1().PersistentVolumes().Create(ctx, volume, metav1.CreateOptions{}); err != nil {
		if apierrors.IsAlreadyExists(err) {
			return nil
		}
		return err
	}
	c.recorder.Eventf(claim, corev1.EventTypeNormal, "ProvisioningSucceeded", "Successfully provisioned volume %s", volume.Name)
	return nil
}

// refusal returns the reason why this provisioner cannot create the volume; empty when it can.
func refusal(claim *corev1.PersistentVolumeClaim) string {
	if claim.Spec.Selector != nil {
		return "claim Selector is not supported"
	}
	if source := claim.Spec.DataSource; source != nil && source.Kind != "PersistentVolumeClaim" {
		return fmt.Sprintf("unsupported DataSource: %s %q", source.Kind, source.Name)
	}
	return ""
}

func newVolume(claim *corev1.PersistentVolumeClaim, class *storagev1.StorageClass) *corev1.PersistentVolume {
	name := "pvc-" + string(claim.UID)
	return &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: map[string]string{storagehelpers.AnnDynamicallyProvisioned: Provisioner}},
		Spec: corev1.PersistentVolumeSpec{
			Capacity:                      corev1.ResourceList{corev1.ResourceStorage: claim.Spec.Resources.Requests[corev1.ResourceStorage]},
			AccessModes:                   claim.Spec.AccessModes,
			VolumeMode:                    claim.Spec.VolumeMode,
			StorageClassName:              class.Name,
			PersistentVolumeReclaimPolicy: *class.ReclaimPolicy,
			MountOptions:                  class.MountOptions,
			ClaimRef: &corev1.ObjectReference{
				APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID,
				ResourceVersion: claim.ResourceVersion,
			},
			// Every node can mount it. The attach/detach controller would wait for a source that must be
			// attached. On a real node, /var/lib is a directory of its own.
			PersistentVolumeSource: corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/var/lib/seatrial/volumes/" + name}},
		},
	}
}

// syncVolume deletes a volume whose claim was deleted, if its reclaim policy is Delete.
func (c *Controller) syncVolume(ctx context.Context, name cache.ObjectName) error {
	volume, err := c.volumes.Get(name.Name)
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if volume.DeletionTimestamp != nil || volume.Status.Phase != corev1.VolumeReleased || !isOurs(volume) ||
		volume.Spec.PersistentVolumeReclaimPolicy != corev1.PersistentVolumeReclaimDelete {
		return nil
	}
	err = c.client.CoreV1().PersistentVolumes().Delete(ctx, volume.Name, metav1.DeleteOptions{
		Preconditions: metav1.NewUIDPreconditions(string(volume.UID)),
	})
	return reconcile.IgnoreGone(err)
}

func isOurs(volume *corev1.PersistentVolume) bool {
	return volume.Annotations[storagehelpers.AnnDynamicallyProvisioned] == Provisioner
}

// resize gives a claim the size that it requests now. The API server has checked that the class allows it.
func (c *Controller) resize(ctx context.Context, claim *corev1.PersistentVolumeClaim) error {
	wanted := claim.Spec.Resources.Requests[corev1.ResourceStorage]
	has := claim.Status.Capacity[corev1.ResourceStorage]
	if claim.Status.Phase != corev1.ClaimBound || wanted.Cmp(has) <= 0 {
		return nil
	}
	volume, err := c.volumes.Get(claim.Spec.VolumeName)
	if err != nil {
		return err
	}
	if !isOurs(volume) {
		return nil
	}
	if size := volume.Spec.Capacity[corev1.ResourceStorage]; wanted.Cmp(size) > 0 {
		grown := volume.DeepCopy()
		grown.Spec.Capacity[corev1.ResourceStorage] = wanted
		if _, err := c.client.CoreV1().PersistentVolumes().Update(ctx, grown, metav1.UpdateOptions{}); err != nil {
			return err
		}
	}
	grown := claim.DeepCopy()
	grown.Status.Capacity[corev1.ResourceStorage] = wanted
	if _, err := c.client.CoreV1().PersistentVolumeClaims(claim.Namespace).UpdateStatus(ctx, grown, metav1.UpdateOptions{}); err != nil {
		return err
	}
	c.recorder.Event(claim, corev1.EventTypeNormal, "VolumeResizeSuccessful", "Resize volume succeeded")
	return nil
}
