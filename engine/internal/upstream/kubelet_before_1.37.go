//go:build before1.37

package upstream

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/kubelet/lifecycle"
)

// The condition PodReadyToStartContainers has no reason and no message.
const (
	SandboxNotReady = ""
	NoSandbox       = ""
	SandboxEnded    = ""
)

// Admit calls a handler of a kubelet.
func Admit(_ context.Context, handler lifecycle.PodAdmitHandler, pod *corev1.Pod) lifecycle.PodAdmitResult {
	return handler.Admit(&lifecycle.PodAdmitAttributes{Pod: pod})
}
