//go:build before1.37

package certificates

import (
	"context"
	"errors"

	corev1 "k8s.io/api/core/v1"
)

// notServed is the manager before Kubernetes 1.37, in which PodCertificateRequests are off by default: the API server
// drops the volumes that need one.
type notServed struct{}

func startManager(context.Context, Config, string, *podSet) manager { return notServed{} }

func (notServed) TrackPod(context.Context, *corev1.Pod)  {}
func (notServed) ForgetPod(context.Context, *corev1.Pod) {}

func (notServed) GetPodCertificateCredentialBundle(context.Context, string, string, string, string, int) ([]byte, []byte, error) {
	return nil, nil, errors.New(notIssued)
}
