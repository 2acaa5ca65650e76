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

// waitFor asks until the answer is nil; at the end of the context the error names what was waited for and the last answer.
func waitFor(ctx context.Context, what string, ask func(context.Context) error) error {
	var last error
	err := wait.PollUntilContextCancel(ctx, pollInterval, true, func(ctx context.Context) (bool, error) {
		last = ask(ctx)
		return last == nil, nil
	})
	if err != nil {
		return fmt.Errorf("%s: %w (last answer: %v)", what, err, last)
	}
	return nil
}

// waitForAPI waits until the API server calls itself healthy: every post-start hook is done.
func waitForAPI(ctx context.Context, client kubernetes.Interface) error {
	return waitFor(ctx, "the API server did not become ready", func(ctx context.Context) error {
		return client.Discovery().RESTClient().Get().AbsPath("/readyz").Do(ctx).Error()
	})
}

// waitForControllers waits for what a suite finds on a cluster that works: the controllers have made the default namespace's
// ServiceAccount and the ConfigMap with the authority's certificate, and the API server its own Service.
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
