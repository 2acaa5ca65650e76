//go:build before1.37

package certificates

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"

	"seatrial/engine/internal/simulation/lifecycle"
)

// Before Kubernetes 1.37, ClusterTrustBundles are off by default: they are not served, and the API server drops the
// volumes that need one.

// WatchTrustBundles has nothing to watch.
func WatchTrustBundles(informers.SharedInformerFactory, func(any)) error { return nil }

// TrustProblem returns none.
func TrustProblem(context.Context, kubernetes.Interface, *corev1.ClusterTrustBundleProjection) lifecycle.Problem {
	return lifecycle.Problem{}
}
