package simulation

import (
	"context"
	"fmt"
	"strings"
	"testing"

	certificatesv1 "k8s.io/api/certificates/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	"k8s.io/kubernetes/test/utils/hermeticpodcertificatesigner"
	"k8s.io/utils/clock"
	"k8s.io/utils/ptr"

	"seatrial/engine/internal/simulation/kubelet"
)

func certified(signer string) corev1.PodSpec {
	return projected(corev1.VolumeProjection{PodCertificate: &corev1.PodCertificateProjection{
		SignerName: signer, KeyType: "ED25519", CredentialBundlePath: "bundle.pem",
	}})
}

func listRequests(t *testing.T, namespace string) []certificatesv1.PodCertificateRequest {
	t.Helper()
	list, err := cluster.CertificatesV1().PodCertificateRequests(namespace).List(cluster.ctx, metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return list.Items
}

// requestOf waits for the request of a pod.
func requestOf(t *testing.T, namespace, pod string) *certificatesv1.PodCertificateRequest {
	t.Helper()
	var found *certificatesv1.PodCertificateRequest
	eventually(t, "a certificate is requested for "+pod, func() error {
		for _, request := range listRequests(t, namespace) {
			if request.Spec.PodName == pod {
				found = &request
				return nil
			}
		}
		return fmt.Errorf("there is no request")
	})
	return found
}

// sign runs a signer until the test ends.
func sign(t *testing.T, signer string) {
	t.Helper()
	keys, authorities, err := hermeticpodcertificatesigner.GenerateCAHierarchy(1)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(cluster.ctx)
	t.Cleanup(stop)
	go hermeticpodcertificatesigner.New(clock.RealClock{}, signer, "cluster.local", keys, authorities, cluster).Run(ctx)
}

// answer adds a condition to a request, as a signer does.
func answer(t *testing.T, request *certificatesv1.PodCertificateRequest, condition, reason, message string) {
	t.Helper()
	request.Status.Conditions = []metav1.Condition{{
		Type: condition, Status: metav1.ConditionTrue, Reason: reason, Message: message, LastTransitionTime: metav1.Now(),
	}}
	_, err := cluster.CertificatesV1().PodCertificateRequests(request.Namespace).UpdateStatus(cluster.ctx, request, metav1.UpdateOptions{})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAPodCertificateIsNotIssued(t *testing.T) {
	namespace := newNamespace(t)
	createPod(t, namespace, "web", certified("example.com/spiffe"))
	mountProblem(t, namespace, "web", "credential bundle is not issued yet")
	event := hasEvent(t, namespace, "web", "FailedMount")
	if event.Annotations[kubelet.AnnotationSigner] != "example.com/spiffe" || event.Annotations[kubelet.AnnotationPermanent] != "" {
		t.Errorf("annotations %v", event.Annotations)
	}
}

func TestAPodWithACertificateRunsOnceASignerIssuesIt(t *testing.T) {
	namespace := newNamespace(t)
	spec := certified("example.com/issues")
	source := spec.Volumes[0].Projected.Sources[0].PodCertificate
	source.MaxExpirationSeconds, source.UserAnnotations = ptr.To[int32](3600), map[string]string{"example.com/team": "blue"}
	second := source.DeepCopy()
	second.KeyType, second.CredentialBundlePath = "ECDSAP256", "second.pem"
	spec.Volumes[0].Projected.Sources = append(spec.Volumes[0].Projected.Sources, corev1.VolumeProjection{PodCertificate: second})
	createPod(t, namespace, "web", spec)
	mountProblem(t, namespace, "web", "credential bundle is not issued yet")
	sign(t, "example.com/issues")
	pod := podBecomes(t, namespace, "web", "ready", podutil.IsPodReady)

	requests := listRequests(t, namespace)
	if len(requests) != 2 {
		t.Fatalf("%d requests: %+v", len(requests), requests)
	}
	node, err := cluster.CoreV1().Nodes().Get(cluster.ctx, pod.Spec.NodeName, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, request := range requests {
		requested := request.Spec
		if requested.PodUID != pod.UID || string(requested.NodeName) != node.Name || requested.NodeUID != node.UID ||
			requested.ServiceAccountName != "default" || ptr.Deref(requested.MaxExpirationSeconds, 0) != 3600 ||
			requested.UnverifiedUserAnnotations["example.com/team"] != "blue" {
			t.Errorf("request %+v", requested)
		}
	}
	if err := cluster.CoreV1().Pods(namespace).Delete(cluster.ctx, "web", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the requests are gone with the Pod", func() error {
		if left := listRequests(t, namespace); len(left) > 0 {
			return fmt.Errorf("%+v", left)
		}
		return nil
	})
}

func TestPodsOfAllNodesGetTheirCertificates(t *testing.T) {
	namespace := newNamespace(t)
	sign(t, "example.com/all")
	for _, node := range []string{"node-1", "node-2", "node-3"} {
		spec := certified("example.com/all")
		spec.NodeName = node
		createPod(t, namespace, "on-"+node, spec)
	}
	for _, node := range []string{"node-1", "node-2", "node-3"} {
		podBecomes(t, namespace, "on-"+node, "ready", podutil.IsPodReady)
		if request := requestOf(t, namespace, "on-"+node); string(request.Spec.NodeName) != node {
			t.Errorf("the request for the Pod on %s names %s", node, request.Spec.NodeName)
		}
	}
	if requests := listRequests(t, namespace); len(requests) != 3 {
		t.Errorf("%d requests", len(requests))
	}
}

func TestASignersRefusalIsReportedInAKubeletsWords(t *testing.T) {
	namespace := newNamespace(t)
	for condition, message := range map[string]string{
		certificatesv1.PodCertificateRequestConditionTypeDenied: `PodCertificateRequest was permanently denied: reason="NoTenant" message="who is it"`,
		certificatesv1.PodCertificateRequestConditionTypeFailed: `PodCertificateRequest was permanently failed: reason="NoTenant" message="who is it"`,
	} {
		name := strings.ToLower(condition)
		createPod(t, namespace, name, certified("example.com/refuses"))
		answer(t, requestOf(t, namespace, name), condition, "NoTenant", "who is it")
		mountProblem(t, namespace, name, message)
		hasEvent(t, namespace, name, condition)
		if pod := getPod(t, namespace, name); pod.Status.Phase != corev1.PodPending {
			t.Errorf("%s: phase %s", name, pod.Status.Phase)
		}
		events, err := cluster.CoreV1().Events(namespace).List(cluster.ctx, metav1.ListOptions{FieldSelector: "involvedObject.name=" + name})
		if err != nil {
			t.Fatal(err)
		}
		for _, event := range events.Items {
			isRefusal := strings.HasSuffix(event.Message, message)
			if isPermanent := event.Annotations[kubelet.AnnotationPermanent] == "true"; isPermanent != isRefusal {
				t.Errorf("%s: event %+v", name, event)
			}
		}
	}
}

func TestAPodOfADeletedNameGetsACertificateOfItsOwn(t *testing.T) {
	namespace := newNamespace(t)
	createPod(t, namespace, "web", certified("example.com/again"))
	answer(t, requestOf(t, namespace, "web"), certificatesv1.PodCertificateRequestConditionTypeDenied, "NoTenant", "who is it")
	mountProblem(t, namespace, "web", `PodCertificateRequest was permanently denied: reason="NoTenant" message="who is it"`)
	err := cluster.CoreV1().Pods(namespace).Delete(cluster.ctx, "web", metav1.DeleteOptions{GracePeriodSeconds: ptr.To[int64](0)})
	if err != nil {
		t.Fatal(err)
	}
	sign(t, "example.com/again")
	createPod(t, namespace, "web", certified("example.com/again"))
	podBecomes(t, namespace, "web", "ready", podutil.IsPodReady)
}
