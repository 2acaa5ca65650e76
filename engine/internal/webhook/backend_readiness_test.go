package webhook

import (
	"context"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/fake"
)

func backendService(change func(*corev1.ServiceSpec)) *corev1.Service {
	service := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: "one", Name: "hook"},
		Spec: corev1.ServiceSpec{
			Type: corev1.ServiceTypeClusterIP, ClusterIP: "10.96.3.4", Selector: map[string]string{"app": "hook"},
			Ports: []corev1.ServicePort{{Name: "https", Port: 443}},
		},
	}
	if change != nil {
		change(&service.Spec)
	}
	return service
}

func backendPod(uid types.UID, isReady, isRunning bool) *corev1.Pod {
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "one", Name: string(uid), UID: uid, Labels: map[string]string{"app": "hook"}}}
	if isReady {
		pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
	}
	if isRunning {
		pod.Status.ContainerStatuses = []corev1.ContainerStatus{{State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}}}
	}
	return pod
}

func backendSlice(port string, isReady bool, pods ...types.UID) *discoveryv1.EndpointSlice {
	number := int32(8443)
	slice := &discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{Namespace: "one", Name: "hook-" + port, Labels: map[string]string{discoveryv1.LabelServiceName: "hook"}},
		Ports:      []discoveryv1.EndpointPort{{Name: &port, Port: &number}},
	}
	for _, uid := range pods {
		slice.Endpoints = append(slice.Endpoints, discoveryv1.Endpoint{
			Addresses: []string{"10.244.0.9"}, Conditions: discoveryv1.EndpointConditions{Ready: &isReady},
			TargetRef: &corev1.ObjectReference{Kind: "Pod", UID: uid},
		})
	}
	return slice
}

func withClient(t *testing.T, objects ...runtime.Object) *Simulator {
	t.Helper()
	simulator := newSimulator(t, configuration(""))
	simulator.client = fake.NewClientset(objects...)
	return simulator
}

func TestAReviewNeedsAReadyBackend(t *testing.T) {
	const none = `no endpoints available for service "hook"`
	published := func(spec *corev1.ServiceSpec) { spec.PublishNotReadyAddresses = true }
	for title, test := range map[string]struct {
		objects  []runtime.Object
		expected string
	}{
		"a ready Pod with an endpoint":                {[]runtime.Object{backendService(nil), backendPod("a", true, true), backendSlice("https", true, "a")}, ""},
		"no EndpointSlice":                            {[]runtime.Object{backendService(nil)}, none},
		"an endpoint that is not ready":               {[]runtime.Object{backendService(nil), backendPod("a", false, true), backendSlice("https", false, "a")}, none},
		"an endpoint of another port":                 {[]runtime.Object{backendService(nil), backendPod("a", true, true), backendSlice("metrics", true, "a")}, none},
		"an endpoint whose Pod is no longer ready":    {[]runtime.Object{backendService(nil), backendPod("a", false, true), backendSlice("https", true, "a")}, none},
		"an endpoint whose Pod is gone":               {[]runtime.Object{backendService(nil), backendSlice("https", true, "a")}, none},
		"one ready Pod of two":                        {[]runtime.Object{backendService(nil), backendPod("b", true, true), backendSlice("https", true, "a", "b")}, ""},
		"a published Pod that runs":                   {[]runtime.Object{backendService(published), backendPod("a", false, true), backendSlice("https", true, "a")}, ""},
		"a published Pod that has crashed":            {[]runtime.Object{backendService(published), backendPod("a", false, false), backendSlice("https", true, "a")}, "dial tcp 10.244.0.9:8443: connect: connection refused"},
		"an endpoint of a Service without a selector": {[]runtime.Object{backendService(func(spec *corev1.ServiceSpec) { spec.Selector = nil }), backendSlice("https", true, "a")}, ""},
		"a port that the Service does not have":       {[]runtime.Object{backendService(func(spec *corev1.ServiceSpec) { spec.Ports[0].Port = 8443 })}, `no service port 443 found for service "hook"`},
	} {
		t.Run(title, func(t *testing.T) {
			transport, _ := hookOf(withClient(t, test.objects...), "hook")
			response, err := call(t, t.Context(), transport, "one", "")
			switch {
			case test.expected == "" && (err != nil || response["allowed"] != true):
				t.Errorf("the response is %v, the error %v", response, err)
			case test.expected != "" && (err == nil || err.Error() != test.expected):
				t.Errorf("the error is %v, expected %q", err, test.expected)
			}
		})
	}
}

func TestAReadyPodIsABackendBeforeItsEndpointIsStored(t *testing.T) {
	simulator := withClient(t, backendService(nil), backendPod("a", true, true))
	done := make(chan error, 1)
	transport, _ := hookOf(simulator, "hook")
	go func() {
		_, err := call(t, t.Context(), transport, "one", "")
		done <- err
	}()
	if _, err := simulator.client.DiscoveryV1().EndpointSlices("one").
		Create(t.Context(), backendSlice("https", true, "a"), metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestAWaitForAnEndpointEndsWithTheCall(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	transport, _ := hookOf(withClient(t, backendService(nil), backendPod("a", true, true)), "hook")
	if _, err := call(t, ctx, transport, "one", ""); err == nil || !strings.Contains(err.Error(), "no endpoints available") {
		t.Errorf("the error is %v", err)
	}
}

func TestASpecReplacesTheBackend(t *testing.T) {
	simulator := withClient(t, backendService(nil))
	simulator.behaviours.add(simulateRequest{Namespace: "one", Scope: scopeRelease})
	transport, _ := hookOf(simulator, "hook")
	if response, err := call(t, t.Context(), transport, "one", ""); err != nil || response["allowed"] != true {
		t.Errorf("the response is %v, the error %v", response, err)
	}
}

func TestAServiceThatTheCacheDoesNotHaveYetIsFound(t *testing.T) {
	simulator := withClient(t, backendService(nil), backendPod("a", true, true), backendSlice("https", true, "a"))
	simulator.services = services{}
	transport, _ := hookOf(simulator, "hook")
	if _, err := call(t, t.Context(), transport, "one", ""); err != nil {
		t.Error(err)
	}
}
