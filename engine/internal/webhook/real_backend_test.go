package webhook

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/client-go/kubernetes/fake"
)

func withRealNode(t *testing.T, network string, isReady bool, config *admissionregistrationv1.ValidatingWebhookConfiguration) *Simulator {
	t.Helper()
	simulator := newSimulator(t, config)
	pod := backendPod("a", isReady, true)
	simulator.client = fake.NewClientset(backendService(nil), pod, backendSlice("https", isReady, "a"))
	simulator.UseRealNode(RealNode{Network: netip.MustParsePrefix(network)})
	return simulator
}

func TestAWebhookOnTheRealNodeIsCalled(t *testing.T) {
	const podNetwork, otherNetwork = "10.244.0.0/16", "10.246.0.0/16"
	ofRelease, ofNobody := configuration(""), configuration("")
	ofNobody.Annotations = nil
	for title, test := range map[string]struct {
		network   string
		isReady   bool
		config    *admissionregistrationv1.ValidatingWebhookConfiguration
		namespace string
		// expected is part of the error; without it, the request is allowed.
		expected string
		hosts    []string
	}{
		"for an object of its release":                       {podNetwork, true, ofRelease, "one", "the real backend", []string{"10.244.0.9:8443"}},
		"not when its Pod is not ready":                      {podNetwork, false, ofRelease, "one", "no endpoints available", nil},
		"not when its Pod is simulated":                      {otherNetwork, true, ofRelease, "one", "", nil},
		"not for another release's object":                   {podNetwork, true, ofRelease, "two", "", nil},
		"for every object when Helm did not install it":      {podNetwork, true, ofNobody, "two", "the real backend", []string{"10.244.0.9:8443"}},
		"not for another's object when its Pod is simulated": {otherNetwork, true, ofNobody, "two", "", nil},
	} {
		t.Run(title, func(t *testing.T) {
			transport, next := hookOf(withRealNode(t, test.network, test.isReady, test.config), "hook")
			_, err := call(t, t.Context(), transport, test.namespace, "")
			if (err == nil) != (test.expected == "") || (err != nil && !strings.Contains(err.Error(), test.expected)) {
				t.Errorf("the error is %v, expected %q", err, test.expected)
			}
			if !slices.Equal(next.hosts, test.hosts) {
				t.Errorf("%v were called, expected %v", next.hosts, test.hosts)
			}
		})
	}
}

func TestASpecAnswersInPlaceOfAWebhookOnTheRealNode(t *testing.T) {
	simulator := withRealNode(t, "10.244.0.0/16", true, configuration(""))
	simulator.behaviours.add(simulateRequest{Namespace: "one", Scope: scopeRelease, Deny: "no"})
	transport, next := hookOf(simulator, "hook")
	response, err := call(t, t.Context(), transport, "one", "")
	if err != nil || response["allowed"] != false || len(next.hosts) != 0 {
		t.Errorf("the response is %v, the error %v, %v were called", response, err, next.hosts)
	}
}

func TestAnAPIServiceOnTheRealNodeHasTheAddressOfItsPod(t *testing.T) {
	resolver := withRealNode(t, "10.244.0.0/16", true, configuration("")).APIServiceResolver()
	address, err := resolver.ResolveEndpoint("one", "hook", 443)
	if err != nil || address.String() != "https://10.244.0.9:8443" {
		t.Errorf("the address is %v, the error %v", address, err)
	}
}
