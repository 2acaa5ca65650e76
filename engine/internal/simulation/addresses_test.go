package simulation

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
)

func createLoadBalancer(t *testing.T, namespace, name string, more func(*corev1.ServiceSpec)) {
	t.Helper()
	service := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: corev1.ServiceSpec{
		Type: corev1.ServiceTypeLoadBalancer, Ports: []corev1.ServicePort{{Port: 80}},
	}}
	if more != nil {
		more(&service.Spec)
	}
	if _, err := cluster.CoreV1().Services(namespace).Create(cluster.ctx, service, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

func asks(address string) func(*corev1.ServiceSpec) {
	return func(spec *corev1.ServiceSpec) { spec.LoadBalancerIP = address }
}

func patchService(t *testing.T, namespace, name, patch string) {
	t.Helper()
	if _, err := cluster.CoreV1().Services(namespace).
		Patch(cluster.ctx, name, types.MergePatchType, []byte(patch), metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
}

// addressBecomes waits until a Service has an address that is wanted and returns it; empty stands for none.
func addressBecomes(t *testing.T, namespace, name, what string, wanted func(string) bool) string {
	t.Helper()
	address := ""
	eventually(t, "Service "+name+" has "+what, func() error {
		service, err := cluster.CoreV1().Services(namespace).Get(cluster.ctx, name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		address = ""
		for _, ingress := range service.Status.LoadBalancer.Ingress {
			address += ingress.IP
		}
		if !wanted(address) {
			return fmt.Errorf("it has %q", address)
		}
		return nil
	})
	return address
}

func hasAddress(t *testing.T, namespace, name, address string) {
	t.Helper()
	addressBecomes(t, namespace, name, "the address "+address, func(actual string) bool { return actual == address })
}

func anyAddress(address string) bool { return address != "" }

func TestEachLoadBalancerHasItsOwnAddressAndAllIngressesShareOne(t *testing.T) {
	namespace := newNamespace(t)
	createLoadBalancer(t, namespace, "one", nil)
	createLoadBalancer(t, namespace, "two", func(spec *corev1.ServiceSpec) { spec.LoadBalancerClass = ptr.To("example.com/any") })
	one := addressBecomes(t, namespace, "one", "an address", anyAddress)
	if two := addressBecomes(t, namespace, "two", "an address", anyAddress); one == two {
		t.Errorf("both have %s", one)
	}
	ingress := &networkingv1.Ingress{ObjectMeta: metav1.ObjectMeta{Name: "web"}, Spec: networkingv1.IngressSpec{
		DefaultBackend: &networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{
			Name: "one", Port: networkingv1.ServiceBackendPort{Number: 80},
		}},
	}}
	if _, err := cluster.NetworkingV1().Ingresses(namespace).Create(cluster.ctx, ingress, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the Ingress has an address", func() error {
		stored, err := cluster.NetworkingV1().Ingresses(namespace).Get(cluster.ctx, "web", metav1.GetOptions{})
		if err == nil && len(stored.Status.LoadBalancer.Ingress) != 1 {
			err = fmt.Errorf("it has %v", stored.Status.LoadBalancer.Ingress)
		}
		return err
	})
}

func TestALoadBalancerGetsTheAddressThatItRequests(t *testing.T) {
	namespace := newNamespace(t)
	createLoadBalancer(t, namespace, "web", asks("192.0.2.10"))
	hasAddress(t, namespace, "web", "192.0.2.10")
	patchService(t, namespace, "web", `{"spec":{"loadBalancerIP":"192.0.2.11"}}`)
	hasAddress(t, namespace, "web", "192.0.2.11")
	createLoadBalancer(t, namespace, "next", asks("192.0.2.10"))
	hasAddress(t, namespace, "next", "192.0.2.10")
}

func TestAnInvalidAddressIsRejectedOnce(t *testing.T) {
	namespace := newNamespace(t)
	createLoadBalancer(t, namespace, "web", asks("my-address"))
	event := hasEvent(t, namespace, "web", "SyncLoadBalancerFailed")
	const want = `Error syncing load balancer: failed to ensure load balancer: loadBalancerIP is "my-address": it must be an IP address`
	if event.Message != want || event.Type != corev1.EventTypeWarning {
		t.Errorf("event %s %q", event.Type, event.Message)
	}
	// This takes longer than several retries would.
	createLoadBalancer(t, namespace, "other", nil)
	addressBecomes(t, namespace, "other", "an address", anyAddress)
	patchService(t, namespace, "web", `{"spec":{"loadBalancerIP":"192.0.2.12"}}`)
	hasAddress(t, namespace, "web", "192.0.2.12")
	events, err := cluster.CoreV1().Events(namespace).List(cluster.ctx, metav1.ListOptions{FieldSelector: "reason=SyncLoadBalancerFailed"})
	if err != nil || len(events.Items) != 1 || events.Items[0].Count != 1 {
		t.Errorf("events %+v, %v", events.Items, err)
	}
}

func TestTheFirstServiceKeepsARequestedAddressUntilItIsDeleted(t *testing.T) {
	namespace := newNamespace(t)
	createLoadBalancer(t, namespace, "first", asks("192.0.2.13"))
	hasAddress(t, namespace, "first", "192.0.2.13")
	createLoadBalancer(t, namespace, "second", asks("192.0.2.13"))
	event := hasEvent(t, namespace, "second", "SyncLoadBalancerFailed")
	want := "Error syncing load balancer: failed to ensure load balancer: the address 192.0.2.13 is in use by Service " + namespace + "/first"
	if event.Message != want {
		t.Errorf("event %q, not %q", event.Message, want)
	}
	if err := cluster.CoreV1().Services(namespace).Delete(cluster.ctx, "first", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	hasAddress(t, namespace, "second", "192.0.2.13")
}

func TestAServiceThatIsNoLongerALoadBalancerReleasesItsAddress(t *testing.T) {
	namespace := newNamespace(t)
	createLoadBalancer(t, namespace, "web", asks("192.0.2.14"))
	hasAddress(t, namespace, "web", "192.0.2.14")
	patchService(t, namespace, "web", `{"spec":{"type":"ClusterIP","loadBalancerIP":null}}`)
	addressBecomes(t, namespace, "web", "no address", func(address string) bool { return address == "" })
	createLoadBalancer(t, namespace, "next", asks("192.0.2.14"))
	hasAddress(t, namespace, "next", "192.0.2.14")
}

func TestTheAddressOfAnotherLoadBalancerControllerStays(t *testing.T) {
	namespace := newNamespace(t)
	createLoadBalancer(t, namespace, "web", func(spec *corev1.ServiceSpec) { spec.LoadBalancerClass = ptr.To("example.com/own") })
	addressBecomes(t, namespace, "web", "an address", anyAddress)
	status := []byte(`{"status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.15"}]}}}`)
	if _, err := cluster.CoreV1().Services(namespace).
		Patch(cluster.ctx, "web", types.MergePatchType, status, metav1.PatchOptions{}, "status"); err != nil {
		t.Fatal(err)
	}
	// When another Service has its address, the change of this one has been handled.
	createLoadBalancer(t, namespace, "other", nil)
	addressBecomes(t, namespace, "other", "an address", anyAddress)
	hasAddress(t, namespace, "web", "192.0.2.15")
}
