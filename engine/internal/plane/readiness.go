package plane

import (
	"context"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
)

const pollInterval = 5 * time.Millisecond

// waitFor calls ask until it returns nil. When the context ends, the error has the message and the last
// answer.
func waitFor(ctx context.Context, message string, ask func(context.Context) error) error {
	var last error
	err := wait.PollUntilContextCancel(ctx, pollInterval, true, func(ctx context.Context) (bool, error) {
		last = ask(ctx)
		return last == nil, nil
	})
	if err != nil {
		return fmt.Errorf("%s: %w (last answer: %v)", message, err, last)
	}
	return nil
}

// waitForAPI waits until the API server is ready: every post-start hook is done.
func waitForAPI(ctx context.Context, client kubernetes.Interface) error {
	return waitFor(ctx, "the API server did not become ready", func(ctx context.Context) error {
		return client.Discovery().RESTClient().Get().AbsPath("/readyz").Do(ctx).Error()
	})
}

// waitForControllers waits until the controllers have created the default namespace's ServiceAccount and the
// ConfigMap with the authority's certificate, and the API server has created its own Service.
func waitForControllers(ctx context.Context, client kubernetes.Interface) error {
	return waitFor(ctx, "the controllers did not become ready", func(ctx context.Context) error {
		if _, err := client.CoreV1().ServiceAccounts("default").Get(ctx, "default", metav1.GetOptions{}); err != nil {
			return err
		}
		if _, err := client.CoreV1().ConfigMaps("default").Get(ctx, "kube-root-ca.crt", metav1.GetOptions{}); err != nil {
			return err
		}
		_, err := client.CoreV1().Services("default").Get(ctx, "kubernetes", metav1.GetOptions{})
		return err
	})
}
