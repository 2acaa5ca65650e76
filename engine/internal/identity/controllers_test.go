package identity

import (
	"net/http"
	"net/http/httptest"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/controller-manager/pkg/clientbuilder"
)

func TestEachControllerHasTheUserOfItsOwnAccount(t *testing.T) {
	for name, user := range map[string]string{
		"replicaset-controller":              "system:serviceaccount:kube-system:replicaset-controller",
		"clusterrole-aggregation-controller": "system:serviceaccount:kube-system:clusterrole-aggregation-controller",
		"shared-informers":                   "system:kube-controller-manager",
	} {
		t.Run(name, func(t *testing.T) {
			var seen []string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				seen = r.Header.Values("Impersonate-User")
				w.WriteHeader(http.StatusNotFound)
			}))
			defer server.Close()
			config := &rest.Config{Host: server.URL}
			AsControllers(config)
			client, err := clientbuilder.SimpleControllerClientBuilder{ClientConfig: config}.Client(name)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = client.CoreV1().Namespaces().Get(t.Context(), "default", metav1.GetOptions{})
			if len(seen) != 1 || seen[0] != user {
				t.Errorf("impersonated %q, want %q", seen, user)
			}
		})
	}
}
