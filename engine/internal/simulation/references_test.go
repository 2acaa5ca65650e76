package simulation

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	"k8s.io/utils/ptr"

	"seatrial/engine/internal/simulation/kubelet"
	"seatrial/engine/internal/simulation/rules"
)

// missing returns the reference that an event reports as missing.
func missing(event corev1.Event) string { return event.Annotations[kubelet.AnnotationMissing] }

// mount adds a volume to the first container of a pod.
func mount(spec *corev1.PodSpec, name string, source corev1.VolumeSource) {
	spec.Volumes = append(spec.Volumes, corev1.Volume{Name: name, VolumeSource: source})
	mounts := &spec.Containers[0].VolumeMounts
	*mounts = append(*mounts, corev1.VolumeMount{Name: name, MountPath: "/" + name})
}

func TestAContainerWaitsForTheSecretThatItNames(t *testing.T) {
	namespace := newNamespace(t)
	spec := podSpec(corev1.RestartPolicyAlways)
	spec.Containers[0].Env = []corev1.EnvVar{{Name: "TOKEN", ValueFrom: &corev1.EnvVarSource{
		SecretKeyRef: &corev1.SecretKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: "creds"}, Key: "token"},
	}}}
	createPod(t, namespace, "web", spec)
	pod := podBecomes(t, namespace, "web", "CreateContainerConfigError", waitingFor("CreateContainerConfigError"))
	if got := pod.Status.ContainerStatuses[0].State.Waiting.Message; got != `secret "creds" not found` {
		t.Errorf("message %q", got)
	}
	event := hasEvent(t, namespace, "web", "Failed")
	if event.Message != `Error: secret "creds" not found` || missing(event) != `{"kind":"Secret","name":"creds"}` {
		t.Errorf("event %q about %s", event.Message, missing(event))
	}
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "creds"}, Data: map[string][]byte{"other": []byte("x")}}
	if _, err := cluster.CoreV1().Secrets(namespace).Create(cluster.ctx, secret, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	podBecomes(t, namespace, "web", "waiting for the key", func(pod *corev1.Pod) bool {
		waiting := pod.Status.ContainerStatuses[0].State.Waiting
		return waiting != nil && waiting.Message == "couldn't find key token in Secret "+namespace+"/creds"
	})
	eventually(t, "an event is about the key", func() error {
		events, err := cluster.CoreV1().Events(namespace).List(cluster.ctx, metav1.ListOptions{FieldSelector: "reason=Failed"})
		if err != nil {
			return err
		}
		for _, event := range events.Items {
			if missing(event) == `{"kind":"Secret","name":"creds","key":"token"}` {
				return nil
			}
		}
		return fmt.Errorf("events %+v", events.Items)
	})
	secret.Data["token"] = []byte("y")
	if _, err := cluster.CoreV1().Secrets(namespace).Update(cluster.ctx, secret, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	podBecomes(t, namespace, "web", "ready", podutil.IsPodReady)
}

func TestAPodWaitsForTheConfigMapThatItMounts(t *testing.T) {
	namespace := newNamespace(t)
	spec := podSpec(corev1.RestartPolicyAlways)
	mount(&spec, "settings", corev1.VolumeSource{
		ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: corev1.LocalObjectReference{Name: "settings"}},
	})
	createPod(t, namespace, "web", spec)
	event := hasEvent(t, namespace, "web", "FailedMount")
	if event.Message != `MountVolume.SetUp failed for volume "settings" : configmap "settings" not found` ||
		missing(event) != `{"kind":"ConfigMap","name":"settings"}` {
		t.Errorf("event %q about %s", event.Message, missing(event))
	}
	pod := podBecomes(t, namespace, "web", "creating its container", waitingFor("ContainerCreating"))
	if pod.Status.Phase != corev1.PodPending {
		t.Errorf("phase %s", pod.Status.Phase)
	}
	settings := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "settings"}}
	if _, err := cluster.CoreV1().ConfigMaps(namespace).Create(cluster.ctx, settings, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	podBecomes(t, namespace, "web", "ready", podutil.IsPodReady)
}

func TestAVolumeThatNoContainerMountsBlocksNothing(t *testing.T) {
	namespace := newNamespace(t)
	spec := podSpec(corev1.RestartPolicyAlways)
	spec.Volumes = []corev1.Volume{{Name: "unused", VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: "missing"}}}}
	createPod(t, namespace, "web", spec)
	podBecomes(t, namespace, "web", "ready", podutil.IsPodReady)
}

func TestAFailedPullNamesTheMissingImagePullSecrets(t *testing.T) {
	namespace := newNamespace(t)
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "there"}, Type: corev1.SecretTypeDockerConfigJson,
		StringData: map[string]string{corev1.DockerConfigJsonKey: "{}"}}
	if _, err := cluster.CoreV1().Secrets(namespace).Create(cluster.ctx, secret, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	apply(t, namespace, rules.Rule{
		Selector: rules.Selector{Kind: "Pod", Name: "private"}, Effect: rules.Effect{ImagePullError: ptr.To("unauthorized")},
	})
	spec := podSpec(corev1.RestartPolicyAlways)
	spec.ImagePullSecrets = []corev1.LocalObjectReference{{Name: "one"}, {Name: "there"}, {Name: ""}, {Name: "two"}}
	createPod(t, namespace, "private", spec)
	createPod(t, namespace, "public", spec)
	event := hasEvent(t, namespace, "private", "FailedToRetrieveImagePullSecret")
	const want = "Unable to retrieve some image pull secrets (one, two); attempting to pull the image may not succeed."
	if event.Message != want || event.Type != corev1.EventTypeWarning {
		t.Errorf("event %s %q", event.Type, event.Message)
	}
	podBecomes(t, namespace, "private", "in back-off", waitingFor("ImagePullBackOff"))
	podBecomes(t, namespace, "public", "ready", podutil.IsPodReady)
	events, err := cluster.CoreV1().Events(namespace).List(cluster.ctx, metav1.ListOptions{
		FieldSelector: "reason=FailedToRetrieveImagePullSecret,involvedObject.name=public",
	})
	if err != nil || len(events.Items) > 0 {
		t.Errorf("there are events although the image is available: %v, %v", events.Items, err)
	}
}

func TestADirectoryInHugePagesNeedsARequest(t *testing.T) {
	namespace := newNamespace(t)
	spec := podSpec(corev1.RestartPolicyAlways)
	mount(&spec, "pages", corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{Medium: "HugePages-2Mi"}})
	createPod(t, namespace, "web", spec)
	event := hasEvent(t, namespace, "web", "FailedMount")
	const want = `MountVolume.SetUp failed for volume "pages" : medium HugePages-2Mi: hugePages storage requested, but there is no resource request for huge pages`
	if event.Message != want || event.Annotations[kubelet.AnnotationPermanent] != "true" {
		t.Errorf("event %q with %v", event.Message, event.Annotations)
	}
}
