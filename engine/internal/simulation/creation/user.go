package creation

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/kubelet/util/format"
	"k8s.io/kubernetes/pkg/securitycontext"
	"k8s.io/utils/ptr"

	"seatrial/engine/internal/simulation/lifecycle"
)

// UserProblem is upstream's verifyRunAsNonRoot (k8s.io/kubernetes/pkg/kubelet/kuberuntime,
// security_context_others.go) as far as the spec decides it: the user of an image is not known.
func UserProblem(pod *corev1.Pod, container *corev1.Container) lifecycle.Problem {
	effective := securitycontext.DetermineEffectiveSecurityContext(pod, container)
	if !ptr.Deref(effective.RunAsNonRoot, false) || effective.RunAsUser == nil || *effective.RunAsUser != 0 {
		return lifecycle.Problem{}
	}
	return lifecycle.Problem{
		Message: fmt.Sprintf("container's runAsUser breaks non-root policy (pod: %q, container: %s)",
			format.Pod(pod), container.Name),
		Permanent: true,
	}
}
