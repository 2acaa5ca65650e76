package admission

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	kubeletlifecycle "k8s.io/kubernetes/pkg/kubelet/lifecycle"

	"seatrial/engine/internal/upstream"
)

// The operating system of all simulated nodes.
const nodeOS = corev1.Linux

// safeSysctls are the sysctls that a kubelet allows by default (k8s.io/kubernetes/pkg/kubelet/sysctl,
// safe_sysctls.go). Upstream's function leaves out what the kernel of this machine does not have.
var safeSysctls = []string{
	"kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range",
	"net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time",
	"net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem",
	"net.ipv4.tcp_wmem", "net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat",
}

// checkSpec makes the checks that depend on the pod alone. Those of the operating system are upstream's
// (k8s.io/kubernetes/pkg/kubelet/lifecycle, predicate.go), which compare with the system that this program
// runs on.
func (a *Admission) checkSpec(ctx context.Context, pod *corev1.Pod) *Rejection {
	if result := upstream.Admit(ctx, a.sysctls, pod); !result.Admit {
		return &Rejection{Reason: result.Reason, Message: result.Message, Permanent: true}
	}
	if label, labelled := pod.Labels[corev1.LabelOSStable]; labelled && label != string(nodeOS) {
		return &Rejection{
			Reason:    kubeletlifecycle.PodOSSelectorNodeLabelDoesNotMatch,
			Message:   "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label",
			Permanent: true,
		}
	}
	if pod.Spec.OS != nil && pod.Spec.OS.Name != nodeOS {
		return &Rejection{
			Reason:    kubeletlifecycle.PodOSNotSupported,
			Message:   "Failed to admit pod as the OS field doesn't match node OS",
			Permanent: true,
		}
	}
	return nil
}
