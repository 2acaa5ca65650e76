//go:build !before1.37

package upstream

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/kubelet/lifecycle"
	kubetypes "k8s.io/kubernetes/pkg/kubelet/types"
)

// The reason and the messages of a pod's condition PodReadyToStartContainers.
const (
	SandboxNotReady = kubetypes.PodSandboxNotReadyReason
	NoSandbox       = kubetypes.PodSandboxNotReadyMsgNoPodSandbox
	SandboxEnded    = kubetypes.PodSandboxNotReadyMsgSandboxNotReady
)

// Admit calls a handler of a kubelet.
func Admit(ctx context.Context, handler lifecycle.PodAdmitHandler, pod *corev1.Pod) lifecycle.PodAdmitResult {
	return handler.Admit(ctx, &lifecycle.PodAdmitAttributes{Pod: pod})
}
