package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
)

// services resolves the Services of a test, with upstream's errors.
type services map[string]string

func (s services) ResolveEndpoint(namespace, name string, _ int32) (*url.URL, error) {
	host, ok := s[namespace+"/"+name]
	if !ok {
		return nil, errors.New(`service "` + name + `" not found`)
	}
	return &url.URL{Scheme: "https", Host: host}, nil
}

// real is the transport to a real backend.
type real struct{ hosts []string }

func (r *real) RoundTrip(request *http.Request) (*http.Response, error) {
	r.hosts = append(r.hosts, request.URL.Host)
	return nil, errors.New("the real backend")
}

// newSimulator returns a simulator that knows a release in namespace one and a Namespace that the release
// has created.
func newSimulator(t *testing.T, configurations ...*admissionregistrationv1.ValidatingWebhookConfiguration) *Simulator {
	t.Helper()
	simulator, err := New("10.96.0.0/16", nil)
	if err != nil {
		t.Fatal(err)
	}
	factory := informers.NewSharedInformerFactory(fake.NewClientset(), 0)
	registration := factory.Admissionregistration().V1()
	for _, each := range configurations {
		if err := registration.ValidatingWebhookConfigurations().Informer().GetStore().Add(each); err != nil {
			t.Fatal(err)
		}
	}
	made := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "made", Annotations: map[string]string{releaseNamespaceAnnotation: "one"}}}
	if err := factory.Core().V1().Namespaces().Informer().GetStore().Add(made); err != nil {
		t.Fatal(err)
	}
	simulator.releases = newReleases(factory)
	simulator.services = services{"one/hook": "10.96.3.4:443", "one/outside": "hooks.example.com:443"}
	return simulator
}

func configuration(bundle string) *admissionregistrationv1.ValidatingWebhookConfiguration {
	return &admissionregistrationv1.ValidatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: "config", Annotations: map[string]string{releaseNamespaceAnnotation: "one"}},
		Webhooks: []admissionregistrationv1.ValidatingWebhook{{
			Name: "hook.example.com", ClientConfig: admissionregistrationv1.WebhookClientConfig{CABundle: []byte(bundle)},
		}},
	}
}

// call sends a review about an object in a namespace, as the API server would.
func call(t *testing.T, ctx context.Context, transport *backend, namespace, annotations string) (map[string]any, error) {
	t.Helper()
	body := `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u1","kind":{"group":"","version":"v1",` +
		`"kind":"ConfigMap"},"namespace":"` + namespace + `","operation":"CREATE","userInfo":{"username":"me"},` +
		`"object":{"kind":"ConfigMap","metadata":{"name":"a","annotations":{` + annotations + `}}}}}`
	ctx = context.WithValue(ctx, calledWebhookKey{}, calledWebhook{"validating", "config", "hook.example.com"})
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://hook.one.svc:443/", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	var review struct {
		APIVersion string         `json:"apiVersion"`
		Kind       string         `json:"kind"`
		Response   map[string]any `json:"response"`
	}
	if err := json.Unmarshal(raw, &review); err != nil {
		t.Fatal(err)
	}
	if review.APIVersion != "admission.k8s.io/v1" || review.Kind != "AdmissionReview" || review.Response["uid"] != "u1" {
		t.Errorf("the review is %s", raw)
	}
	return review.Response, nil
}

func hookOf(simulator *Simulator, name string) (*backend, *real) {
	next := &real{}
	return &backend{simulator: simulator, service: &serviceRef{Namespace: "one", Name: name, Port: 443}, next: next}, next
}

func TestABackendAnswersOnlyForObjectsOfItsRelease(t *testing.T) {
	const ofRelease = `"meta.helm.sh/release-namespace":"one"`
	for _, test := range []struct {
		title, namespace, annotations string
		isDenied                      bool
	}{
		{"the release's namespace", "one", "", true},
		{"a namespace that the release has created", "made", "", true},
		{"another namespace", "two", "", false},
		{"another namespace, though the object says otherwise", "two", ofRelease, false},
		{"a cluster-scoped object", "", "", false},
		{"a cluster-scoped object of the release", "", ofRelease, true},
	} {
		t.Run(test.title, func(t *testing.T) {
			simulator := newSimulator(t, configuration(""))
			simulator.behaviours.add(simulateRequest{Namespace: "one", Scope: scopeRelease, Deny: "no"})
			transport, _ := hookOf(simulator, "hook")
			response, err := call(t, t.Context(), transport, test.namespace, test.annotations)
			if err != nil {
				t.Fatal(err)
			}
			if response["allowed"] == test.isDenied {
				t.Errorf("the response is %v", response)
			}
			if recorded := simulator.reviews.find(reviewsRequest{Namespace: "one"}); (len(recorded) == 1) != test.isDenied {
				t.Errorf("%d reviews are recorded", len(recorded))
			}
		})
	}
}

func TestTheLatestBehaviourWins(t *testing.T) {
	simulator := newSimulator(t, configuration(""))
	transport, _ := hookOf(simulator, "hook")
	simulator.behaviours.add(simulateRequest{Namespace: "one", Deny: "first"})
	second := simulator.behaviours.add(simulateRequest{Namespace: "one", Name: "hook.example.com", Deny: "second"})
	simulator.behaviours.add(simulateRequest{Namespace: "one", Name: "other.example.com", Deny: "third"})
	simulator.behaviours.add(simulateRequest{Namespace: "two", Scope: scopeCluster, Deny: "fourth"})
	for _, expected := range []string{"second", "first"} {
		response, err := call(t, t.Context(), transport, "one", "")
		if err != nil {
			t.Fatal(err)
		}
		if status, _ := response["status"].(map[string]any); status["message"] != expected {
			t.Errorf("the response is %v, expected %q", response, expected)
		}
		simulator.behaviours.remove(second.id)
		simulator.behaviours.remove(second.id)
	}
}

func TestErrorsOfServicesAndBundlesAreUpstreams(t *testing.T) {
	for _, test := range []struct{ service, bundle, expected string }{
		{"absent", "", `service "absent" not found`},
		{"hook", "no certificate", "unable to load root certificates"},
		{"outside", "", "the real backend"},
	} {
		simulator := newSimulator(t, configuration(test.bundle))
		transport, next := hookOf(simulator, test.service)
		if _, err := call(t, t.Context(), transport, "one", ""); err == nil || !strings.Contains(err.Error(), test.expected) {
			t.Errorf("%s: the error is %v, expected %q", test.service, err, test.expected)
		}
		if isCalled := len(next.hosts) > 0; isCalled != (test.service == "outside") {
			t.Errorf("%s: real backends called: %v", test.service, next.hosts)
		}
		if _, err := call(t, t.Context(), transport, "two", ""); err != nil {
			t.Errorf("%s: an object elsewhere is answered with %v", test.service, err)
		}
	}
}

func TestACallEndsWithItsHandlerOrItsTime(t *testing.T) {
	simulator := newSimulator(t, configuration(""))
	transport, _ := hookOf(simulator, "hook")
	handler := simulator.behaviours.add(simulateRequest{Namespace: "one", Handle: true})
	go func() {
		<-handler.calls
		simulator.behaviours.remove(handler.id)
	}()
	if _, err := call(t, t.Context(), transport, "one", ""); err == nil || !strings.Contains(err.Error(), "is gone") {
		t.Errorf("the error is %v", err)
	}

	simulator.behaviours.add(simulateRequest{Namespace: "one", Handle: true})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := call(t, ctx, transport, "one", ""); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the error is %v", err)
	}
	if len(simulator.behaviours.pending) != 0 {
		t.Errorf("%d calls still wait", len(simulator.behaviours.pending))
	}
}

func TestAnAPIServiceWithoutBackendSaysSo(t *testing.T) {
	resolver := newSimulator(t).APIServiceResolver()
	if _, err := resolver.ResolveEndpoint("one", "hook", 443); err == nil || !strings.Contains(err.Error(), "is simulated") {
		t.Errorf("the error is %v", err)
	}
	if _, err := resolver.ResolveEndpoint("one", "absent", 443); err == nil || !strings.Contains(err.Error(), "not found") {
		t.Errorf("the error is %v", err)
	}
	if address, err := resolver.ResolveEndpoint("one", "outside", 443); err != nil || address.Host != "hooks.example.com:443" {
		t.Errorf("the address is %v, the error %v", address, err)
	}
}
