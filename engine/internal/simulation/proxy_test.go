package simulation

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
)

func TestProxyRequestsAreRejectedAtOnce(t *testing.T) {
	namespace := newNamespace(t)
	createPod(t, namespace, "web", podSpec(corev1.RestartPolicyAlways))
	address := podBecomes(t, namespace, "web", "ready", podutil.IsPodReady).Status.PodIP
	service := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: "web"}, Spec: corev1.ServiceSpec{
		Selector: map[string]string{"app": "web"}, Ports: []corev1.ServicePort{{Port: 80}},
	}}
	if _, err := cluster.CoreV1().Services(namespace).Create(cluster.ctx, service, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the Service has the Pod", func() error {
		path := "/api/v1/namespaces/" + namespace + "/services/web/proxy/"
		if content, _ := cluster.CoreV1().RESTClient().Get().AbsPath(path).DoRaw(cluster.ctx); strings.Contains(string(content), "no endpoints") {
			return fmt.Errorf("the answer is %s", content)
		}
		return nil
	})
	ctx, cancel := context.WithTimeout(cluster.ctx, 10*time.Second)
	defer cancel()
	for path, want := range map[string]string{
		"/api/v1/nodes/node-1:9100/proxy/metrics":                           "nothing answers at 198.51.100.1:9100: it is simulated by seatrial",
		"/api/v1/namespaces/" + namespace + "/pods/web:8080/proxy/":         "nothing answers at " + address + ":8080: it is simulated by seatrial",
		"/api/v1/namespaces/" + namespace + "/services/web/proxy/":          "nothing answers at " + address + ":80: it is simulated by seatrial",
		"/api/v1/namespaces/" + namespace + "/services/https:web:80/proxy/": "nothing answers at " + address + ":80: it is simulated by seatrial",
	} {
		content, err := cluster.CoreV1().RESTClient().Get().AbsPath(path).DoRaw(ctx)
		if !apierrors.IsServiceUnavailable(err) || !strings.Contains(string(content), want) {
			t.Errorf("%s: %s, %v", path, content, err)
		}
	}
}

func TestASimulatedKubeletNamesThePathThatItDoesNotServe(t *testing.T) {
	for _, path := range []string{"/api/v1/nodes/node-1/proxy/metrics", "/api/v1/nodes/node-1:10250/proxy/metrics"} {
		content, err := cluster.CoreV1().RESTClient().Get().AbsPath(path).DoRaw(cluster.ctx)
		if !apierrors.IsNotFound(err) || string(content) != "kubelets are simulated by seatrial: they serve logs only, not /metrics" {
			t.Errorf("%s: %q, %v", path, content, err)
		}
	}
}
