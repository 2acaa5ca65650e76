package simulation

import (
	"fmt"
	"strings"
	"testing"

	certificatesv1 "k8s.io/api/certificates/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	"k8s.io/utils/ptr"

	"seatrial/engine/internal/simulation/kubelet"
)

// refused waits until the first container, or init container, is not created for a reason.
func refused(t *testing.T, namespace, name, message string) *corev1.Pod {
	t.Helper()
	return podBecomes(t, namespace, name, "refused with "+message, func(pod *corev1.Pod) bool {
		for _, status := range append(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses...) {
			if waiting := status.State.Waiting; waiting != nil && waiting.Reason == "CreateContainerConfigError" {
				return strings.HasPrefix(waiting.Message, message)
			}
		}
		return false
	})
}

func TestAContainerThatMustNotBeRootDoesNotRunAsRoot(t *testing.T) {
	namespace := newNamespace(t)
	root, notRoot := &corev1.SecurityContext{RunAsUser: ptr.To[int64](0)}, &corev1.PodSecurityContext{RunAsNonRoot: ptr.To(true)}
	for name, change := range map[string]func(*corev1.PodSpec){
		"container": func(spec *corev1.PodSpec) { spec.Containers[0].SecurityContext = root },
		"init": func(spec *corev1.PodSpec) {
			spec.SecurityContext.RunAsUser = ptr.To[int64](10001)
			spec.InitContainers = []corev1.Container{{Name: "chown", Image: "app", SecurityContext: root}}
		},
		"pod": func(spec *corev1.PodSpec) { spec.SecurityContext.RunAsUser = ptr.To[int64](0) },
	} {
		spec := podSpec(corev1.RestartPolicyAlways)
		spec.SecurityContext = notRoot.DeepCopy()
		change(&spec)
		createPod(t, namespace, name, spec)
		pod := refused(t, namespace, name, "container's runAsUser breaks non-root policy (pod: ")
		if pod.Status.Phase != corev1.PodPending {
			t.Errorf("%s: phase %s", name, pod.Status.Phase)
		}
		event := hasEvent(t, namespace, name, "Failed")
		if event.Annotations[kubelet.AnnotationPermanent] != "true" {
			t.Errorf("%s: event %+v", name, event)
		}
	}
	spec := podSpec(corev1.RestartPolicyAlways)
	spec.SecurityContext = notRoot
	createPod(t, namespace, "image", spec)
	podBecomes(t, namespace, "image", "ready", podutil.IsPodReady)
}

func withSubPath(expression string, env ...corev1.EnvVar) corev1.PodSpec {
	spec := podSpec(corev1.RestartPolicyAlways)
	mount(&spec, "data", corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}})
	spec.Containers[0].VolumeMounts[0].SubPathExpr = expression
	spec.Containers[0].Env = env
	return spec
}

func TestASubPathMustBeARelativePath(t *testing.T) {
	namespace := newNamespace(t)
	for name, test := range map[string]struct {
		spec      corev1.PodSpec
		message   string
		permanent bool
	}{
		"absolute":  {withSubPath("$(DIR)", corev1.EnvVar{Name: "DIR", Value: "/tmp"}), "error SubPath `/tmp` must not be an absolute path", true},
		"backsteps": {withSubPath("$(DIR)", corev1.EnvVar{Name: "DIR", Value: ".."}), "unable to provision SubPath `..`: must not contain '..'", true},
		"missing":   {withSubPath("$(NOPE)/x"), "missing value for NOPE", true},
		"service":   {withSubPath("$(DB_SERVICE_HOST)/x"), "missing value for DB_SERVICE_HOST", false},
		"annotation": {withSubPath("$(DIR)", corev1.EnvVar{Name: "DIR", ValueFrom: &corev1.EnvVarSource{
			FieldRef: &corev1.ObjectFieldSelector{FieldPath: "metadata.annotations['dir']"},
		}}), "missing value for DIR", false},
	} {
		createPod(t, namespace, name, test.spec)
		refused(t, namespace, name, test.message)
		event := hasEvent(t, namespace, name, "Failed")
		if isPermanent := event.Annotations[kubelet.AnnotationPermanent] == "true"; isPermanent != test.permanent {
			t.Errorf("%s: event %+v", name, event)
		}
	}
}

func TestASubPathIsExpandedAgainWhenItsSourceChanges(t *testing.T) {
	namespace := newNamespace(t)
	fromAnnotation := corev1.EnvVar{Name: "DIR", ValueFrom: &corev1.EnvVarSource{
		FieldRef: &corev1.ObjectFieldSelector{FieldPath: "metadata.annotations['dir']"},
	}}
	fromMap := corev1.EnvVar{Name: "NAME", ValueFrom: &corev1.EnvVarSource{ConfigMapKeyRef: &corev1.ConfigMapKeySelector{
		LocalObjectReference: corev1.LocalObjectReference{Name: "paths"}, Key: "name",
	}}}
	paths := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "paths"}, Data: map[string]string{"name": "/absolute"}}
	if _, err := cluster.CoreV1().ConfigMaps(namespace).Create(cluster.ctx, paths, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	createPod(t, namespace, "web", withSubPath("$(DIR)/$(NAME)", fromAnnotation, fromMap))
	refused(t, namespace, "web", "missing value for DIR")
	pod := getPod(t, namespace, "web")
	pod.Annotations = map[string]string{"dir": "/"}
	if _, err := cluster.CoreV1().Pods(namespace).Update(cluster.ctx, pod, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	refused(t, namespace, "web", "error SubPath `///absolute` must not be an absolute path")
	pod = getPod(t, namespace, "web")
	pod.Annotations = map[string]string{"dir": "logs"}
	if _, err := cluster.CoreV1().Pods(namespace).Update(cluster.ctx, pod, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	podBecomes(t, namespace, "web", "ready", podutil.IsPodReady)
}

// mountProblem waits for a FailedMount event with a message.
func mountProblem(t *testing.T, namespace, pod, message string) {
	t.Helper()
	eventually(t, "an event says "+message, func() error {
		events, err := cluster.CoreV1().Events(namespace).List(cluster.ctx, metav1.ListOptions{FieldSelector: "reason=FailedMount"})
		if err != nil {
			return err
		}
		for _, event := range events.Items {
			if event.InvolvedObject.Name == pod && event.Message == `MountVolume.SetUp failed for volume "data" : `+message {
				return nil
			}
		}
		return fmt.Errorf("events %+v", events.Items)
	})
}

func TestAnInlineVolumeNeedsItsDriver(t *testing.T) {
	namespace := newNamespace(t)
	spec := podSpec(corev1.RestartPolicyAlways)
	mount(&spec, "data", corev1.VolumeSource{CSI: &corev1.CSIVolumeSource{Driver: "secrets.example.com"}})
	createPod(t, namespace, "web", spec)
	mountProblem(t, namespace, "web", "kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: "+
		"driver name secrets.example.com not found in the list of registered CSI drivers")
	driver := &storagev1.CSIDriver{ObjectMeta: metav1.ObjectMeta{Name: "secrets.example.com"}, Spec: storagev1.CSIDriverSpec{
		VolumeLifecycleModes: []storagev1.VolumeLifecycleMode{storagev1.VolumeLifecycleEphemeral},
	}}
	if _, err := cluster.StorageV1().CSIDrivers().Create(cluster.ctx, driver, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cluster.StorageV1().CSIDrivers().Delete(cluster.ctx, driver.Name, metav1.DeleteOptions{}) })
	podBecomes(t, namespace, "web", "ready", podutil.IsPodReady)
}

func projected(source corev1.VolumeProjection) corev1.PodSpec {
	spec := podSpec(corev1.RestartPolicyAlways)
	mount(&spec, "data", corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{source}}})
	return spec
}

func TestATrustBundleThatIsMountedMustExist(t *testing.T) {
	namespace := newNamespace(t)
	byName := &corev1.ClusterTrustBundleProjection{Name: ptr.To("roots"), Path: "ca.pem"}
	createPod(t, namespace, "named", projected(corev1.VolumeProjection{ClusterTrustBundle: byName}))
	mountProblem(t, namespace, "named", `while getting ClusterTrustBundle: clustertrustbundle.certificates.k8s.io "roots" not found`)
	bySigner := &corev1.ClusterTrustBundleProjection{
		SignerName: ptr.To("example.com/none"), LabelSelector: &metav1.LabelSelector{}, Path: "ca.pem",
	}
	createPod(t, namespace, "signed", projected(corev1.VolumeProjection{ClusterTrustBundle: bySigner}))
	mountProblem(t, namespace, "signed", "combination of signerName and labelSelector matched zero ClusterTrustBundles")
	optional := bySigner.DeepCopy()
	optional.Optional = ptr.To(true)
	createPod(t, namespace, "optional", projected(corev1.VolumeProjection{ClusterTrustBundle: optional}))
	podBecomes(t, namespace, "optional", "ready", podutil.IsPodReady)

	authority, err := cluster.CoreV1().ConfigMaps(namespace).Get(cluster.ctx, "kube-root-ca.crt", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	bundle := &certificatesv1.ClusterTrustBundle{ObjectMeta: metav1.ObjectMeta{Name: "roots"}, Spec: certificatesv1.ClusterTrustBundleSpec{
		TrustBundle: authority.Data["ca.crt"],
	}}
	if _, err := cluster.CertificatesV1().ClusterTrustBundles().Create(cluster.ctx, bundle, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cluster.CertificatesV1().ClusterTrustBundles().Delete(cluster.ctx, "roots", metav1.DeleteOptions{})
	})
	podBecomes(t, namespace, "named", "ready", podutil.IsPodReady)
}
