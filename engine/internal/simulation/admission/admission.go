// Package admission decides, as the nodes' kubelets do, which of the pods that are bound to a node may run
// there.
package admission

import (
	"context"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/flowcontrol"
	"k8s.io/klog/v2"
	kubeletlifecycle "k8s.io/kubernetes/pkg/kubelet/lifecycle"
	"k8s.io/kubernetes/pkg/kubelet/sysctl"
	"k8s.io/kubernetes/pkg/scheduler/framework"
)

// A workload whose pods are rejected creates new ones at once, as fast as they are rejected. These limits keep
// the rest of the cluster usable.
const (
	rejectionsPerSecond = 2
	rejectionsAtOnce    = 10
)

// Rejection is a kubelet's reason for not running a pod.
type Rejection struct {
	Reason  string
	Message string
	// Permanent says that every pod with the same spec is rejected on the node.
	Permanent bool
}

// Admission knows the admitted pods of all nodes. It is safe for concurrent use.
type Admission struct {
	sysctls kubeletlifecycle.PodAdmitHandler
	limit   flowcontrol.RateLimiter

	mu    sync.Mutex
	nodes map[string]*framework.NodeInfo
	// admitted are the admitted pods that have not ended.
	admitted map[types.UID]*corev1.Pod
}

// New returns an Admission without pods.
func New() (*Admission, error) {
	sysctls, err := sysctl.NewAllowlist(safeSysctls)
	return &Admission{
		sysctls: sysctls, limit: flowcontrol.NewTokenBucketRateLimiter(rejectionsPerSecond, rejectionsAtOnce),
		nodes: map[string]*framework.NodeInfo{}, admitted: map[types.UID]*corev1.Pod{},
	}, err
}

// MayReject reports that a rejection may be reported now. A false answer is for a while.
func (a *Admission) MayReject() bool { return a.limit.TryAccept() }

// Admit returns the reason why the node's kubelet does not run a pod, or nil and remembers the pod. A pod that
// has been admitted stays so.
func (a *Admission) Admit(ctx context.Context, pod *corev1.Pod, node *corev1.Node) *Rejection {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.admitted[pod.UID] != nil {
		return nil
	}
	if rejection := a.checkSpec(ctx, pod); rejection != nil {
		return rejection
	}
	info := a.infoOf(node.Name)
	info.SetNode(node)
	if rejection := checkFit(klog.FromContext(ctx), pod, info); rejection != nil {
		return rejection
	}
	a.admitted[pod.UID] = pod
	info.AddPod(pod)
	return nil
}

// Add remembers a pod that runs although nothing has checked it.
func (a *Admission) Add(pod *corev1.Pod) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.admitted[pod.UID] == nil {
		a.admitted[pod.UID] = pod
		a.infoOf(pod.Spec.NodeName).AddPod(pod)
	}
}

// Release frees what a pod that has ended used of its node.
func (a *Admission) Release(uid types.UID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	pod := a.admitted[uid]
	if pod == nil {
		return
	}
	delete(a.admitted, uid)
	// The error is for a pod that the node does not have.
	_ = a.nodes[pod.Spec.NodeName].RemovePod(klog.Background(), pod)
}

func (a *Admission) infoOf(node string) *framework.NodeInfo {
	info := a.nodes[node]
	if info == nil {
		info = framework.NewNodeInfo()
		a.nodes[node] = info
	}
	return info
}
