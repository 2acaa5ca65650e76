package webhook

import (
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	kubetesting "k8s.io/client-go/testing"
)

func TestAConfigurationThatIsDeletedDuringTheWaitDoesNotBlockIt(t *testing.T) {
	simulator := newSimulator(t)
	client := fake.NewClientset(configuration(""))
	client.PrependReactor("list", "mutatingwebhookconfigurations", func(kubetesting.Action) (bool, runtime.Object, error) {
		// The validating configurations were listed before.
		resource := admissionregistrationv1.SchemeGroupVersion.WithResource("validatingwebhookconfigurations")
		_ = client.Tracker().Delete(resource, "", "config")
		return false, nil, nil
	})
	simulator.client = client
	if err := simulator.waitUntilObserved(t.Context()); err != nil {
		t.Error(err)
	}
}
