package simulation

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	"k8s.io/utils/ptr"

	"seatrial/engine/internal/simulation/nodes"
)

func createClaim(t *testing.T, namespace, name string, class *string) {
	t.Helper()
	claim := &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: corev1.PersistentVolumeClaimSpec{
		AccessModes:      []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
		StorageClassName: class,
		Resources:        corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}},
	}}
	if _, err := cluster.CoreV1().PersistentVolumeClaims(namespace).Create(cluster.ctx, claim, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

func getClaim(t *testing.T, namespace, name string) *corev1.PersistentVolumeClaim {
	t.Helper()
	claim, err := cluster.CoreV1().PersistentVolumeClaims(namespace).Get(cluster.ctx, name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return claim
}

func claimIsBound(t *testing.T, namespace, name string) *corev1.PersistentVolumeClaim {
	t.Helper()
	eventually(t, "claim "+name+" is bound", func() error {
		if phase := getClaim(t, namespace, name).Status.Phase; phase != corev1.ClaimBound {
			return fmt.Errorf("it is %s", phase)
		}
		return nil
	})
	return getClaim(t, namespace, name)
}

func mountsClaim(name string) corev1.PodSpec {
	spec := podSpec(corev1.RestartPolicyAlways)
	mount(&spec, "data", corev1.VolumeSource{
		PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: name},
	})
	return spec
}

func TestAClaimOfTheDefaultClassIsBoundWhenAPodUsesIt(t *testing.T) {
	namespace := newNamespace(t)
	createClaim(t, namespace, "data", nil)
	eventually(t, "the volume controller waits for a consumer", func() error {
		events, err := cluster.CoreV1().Events(namespace).List(cluster.ctx, metav1.ListOptions{FieldSelector: "reason=WaitForFirstConsumer"})
		if err == nil && len(events.Items) == 0 {
			err = fmt.Errorf("no event")
		}
		return err
	})
	createPod(t, namespace, "web", mountsClaim("data"))
	podBecomes(t, namespace, "web", "ready", podutil.IsPodReady)
	if class := claimIsBound(t, namespace, "data").Spec.StorageClassName; ptr.Deref(class, "") != "standard" {
		t.Errorf("its class is %q", ptr.Deref(class, ""))
	}
}

func TestAVolumeGrowsAndIsDeletedWithItsClaim(t *testing.T) {
	namespace := newNamespace(t)
	createClaim(t, namespace, "data", ptr.To("standard-immediate"))
	claim := claimIsBound(t, namespace, "data")
	grow := []byte(`{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}`)
	if _, err := cluster.CoreV1().PersistentVolumeClaims(namespace).
		Patch(cluster.ctx, claim.Name, types.MergePatchType, grow, metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the claim has its new size", func() error {
		if size := getClaim(t, namespace, "data").Status.Capacity.Storage().String(); size != "2Gi" {
			return fmt.Errorf("it has %s", size)
		}
		return nil
	})
	if err := cluster.CoreV1().PersistentVolumeClaims(namespace).Delete(cluster.ctx, "data", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the volume is gone", func() error {
		_, err := cluster.CoreV1().PersistentVolumes().Get(cluster.ctx, claim.Spec.VolumeName, metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			return nil
		}
		return fmt.Errorf("it is there: %v", err)
	})
}

func TestAClaimOfAClassThatDoesNotExistStaysPending(t *testing.T) {
	namespace := newNamespace(t)
	createClaim(t, namespace, "data", ptr.To("fast"))
	eventually(t, "the volume controller says so", func() error {
		events, err := cluster.CoreV1().Events(namespace).List(cluster.ctx, metav1.ListOptions{FieldSelector: "reason=ProvisioningFailed"})
		if err == nil && len(events.Items) == 0 {
			err = fmt.Errorf("no event")
		}
		return err
	})
	if phase := getClaim(t, namespace, "data").Status.Phase; phase != corev1.ClaimPending {
		t.Errorf("it is %s", phase)
	}
}

func TestAStorageClassSaysThatItIsSimulated(t *testing.T) {
	for _, name := range []string{"standard", "standard-immediate"} {
		class, err := cluster.StorageV1().StorageClasses().Get(cluster.ctx, name, metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if class.Annotations[nodes.Annotation] != "true" {
			t.Errorf("%s has the annotations %v", name, class.Annotations)
		}
	}
}

func TestAPodThatBypassesTheSchedulerWaitsForItsClaim(t *testing.T) {
	namespace := newNamespace(t)
	direct := mountsClaim("data")
	direct.NodeName = "node-1"
	createPod(t, namespace, "direct", direct)
	const unable = "Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[data]: "
	is := func(message string) {
		t.Helper()
		eventually(t, "an event says "+message, func() error {
			events, err := cluster.CoreV1().Events(namespace).List(cluster.ctx, metav1.ListOptions{FieldSelector: "reason=FailedMount"})
			if err != nil {
				return err
			}
			seen := []string{}
			for _, event := range events.Items {
				if event.Message == unable+"error processing PVC "+namespace+"/data: "+message {
					return nil
				}
				seen = append(seen, event.Message)
			}
			return fmt.Errorf("seen: %q", seen)
		})
	}
	is(`failed to fetch PVC from API server: persistentvolumeclaims "data" not found`)
	createClaim(t, namespace, "data", nil)
	is("PVC is not bound")
	pod := podBecomes(t, namespace, "direct", "creating its container", waitingFor("ContainerCreating"))
	if pod.Status.Phase != corev1.PodPending {
		t.Errorf("phase %s", pod.Status.Phase)
	}
	createPod(t, namespace, "scheduled", mountsClaim("data"))
	podBecomes(t, namespace, "scheduled", "ready", podutil.IsPodReady)
	podBecomes(t, namespace, "direct", "ready", podutil.IsPodReady)
	events, err := cluster.CoreV1().Events(namespace).List(cluster.ctx, metav1.ListOptions{
		FieldSelector: "reason=FailedMount,involvedObject.name=scheduled",
	})
	if err != nil || len(events.Items) > 0 {
		t.Errorf("of the Pod that was scheduled: %v, %v", events.Items, err)
	}
}
