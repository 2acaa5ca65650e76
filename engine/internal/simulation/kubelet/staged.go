package kubelet

import (
	"context"
	"net/netip"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"

	"seatrial/engine/internal/simulation/lifecycle"
	"seatrial/engine/internal/simulation/stages"
)

// Stages tell which pods a user describes with Stages.
type Stages interface {
	ClaimOf(ctx context.Context, pod *corev1.Pod) stages.Claim
	Unclaim(uid types.UID)
}

// Pods of a node that somebody has made without a block of addresses have theirs from this one.
var blockOfOtherNodes = netip.MustParsePrefix("10.245.0.0/16")

// leaveToStages says that a pod's status comes from Stages. Of such a pod a kubelet does one thing only: it lets it go when it is
// deleted and no Stage selects it any more, at the latest at the end of its grace period.
func (k *Kubelet) leaveToStages(ctx context.Context, name cache.ObjectName, e *entry, pod *corev1.Pod) (bool, error) {
	claim := k.config.Stages.ClaimOf(ctx, pod)
	if !claim.Held {
		return false, nil
	}
	e.blocked.Store(false)
	if k.makers.worked(ctx, pod, &pod.Status) {
		k.EnqueueBlocked(pod.Namespace)
	}
	if pod.DeletionTimestamp == nil || pod.DeletionGracePeriodSeconds != nil && *pod.DeletionGracePeriodSeconds == 0 {
		return true, nil
	}
	if left := time.Until(pod.DeletionTimestamp.Time); claim.Selected && left > 0 {
		k.queue.AddAfter(name, left)
		return true, nil
	}
	return true, k.letGo(ctx, pod)
}

// HostIPs are the addresses of a node; none when there is no such node.
func (k *Kubelet) HostIPs(name string) []string {
	node, err := k.nodes.Get(name)
	if err != nil {
		return nil
	}
	var ips []string
	for _, address := range node.Status.Addresses {
		if address.Type == corev1.NodeInternalIP {
			ips = append(ips, address.Address)
		}
	}
	return ips
}

// PodIP is the address of a pod in its node's block, always the same until the pod has gone.
func (k *Kubelet) PodIP(name, uid string) (string, error) {
	node := &corev1.Node{}
	if found, err := k.nodes.Get(name); err == nil && found.Spec.PodCIDR != "" {
		node = found
	} else {
		node.Spec.PodCIDR = blockOfOtherNodes.String()
	}
	return k.addresses.take(types.UID(uid), node)
}

// stagedRun is the run of a container that a Stage reports; nil when it reports none.
func stagedRun(pod *corev1.Pod, container string) *lifecycle.Run {
	reported, _ := containerStatus(&pod.Status, container)
	switch state := reported.State; {
	case state.Running != nil:
		return &lifecycle.Run{ID: string(pod.UID), StartedAt: state.Running.StartedAt.Time}
	case state.Terminated != nil:
		run := &lifecycle.Run{ID: string(pod.UID), StartedAt: state.Terminated.StartedAt.Time, FinishedAt: state.Terminated.FinishedAt.Time}
		if run.Running() {
			// A Stage need not say when it was.
			run.FinishedAt = time.Now()
		}
		return run
	}
	return nil
}
