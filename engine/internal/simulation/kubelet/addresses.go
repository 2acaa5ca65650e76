package kubelet

import (
	"fmt"
	"net/netip"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	corelisters "k8s.io/client-go/listers/core/v1"
)

// Pods of a node that a user has created without a block of addresses get theirs from this block.
var blockOfOtherNodes = netip.MustParsePrefix("10.245.0.0/16")

// Addresses gives every pod an address of its node's block that no other pod has.
type Addresses struct {
	nodes corelisters.NodeLister

	mu    sync.Mutex
	next  map[string]netip.Addr
	used  map[netip.Addr]bool
	byPod map[types.UID]netip.Addr
}

// NewAddresses returns the addresses of the pods on these nodes.
func NewAddresses(nodes corelisters.NodeLister) *Addresses {
	return &Addresses{
		nodes: nodes, next: map[string]netip.Addr{}, used: map[netip.Addr]bool{}, byPod: map[types.UID]netip.Addr{},
	}
}

// HostIPs returns the addresses of a node; none when the node does not exist.
func (a *Addresses) HostIPs(name string) []string {
	node, err := a.nodes.Get(name)
	if err != nil {
		return nil
	}
	return hostIPs(node)
}

// PodIP returns the address of a pod in its node's block, always the same until the pod is deleted.
func (a *Addresses) PodIP(name, uid string) (string, error) {
	node := &corev1.Node{}
	if found, err := a.nodes.Get(name); err == nil && found.Spec.PodCIDR != "" {
		node = found
	} else {
		node.Spec.PodCIDR = blockOfOtherNodes.String()
	}
	return a.take(types.UID(uid), node)
}

// of returns the address of a pod: the node's in the host's network, else one of its own.
func (a *Addresses) of(pod *corev1.Pod, node *corev1.Node) (string, error) {
	if pod.Spec.HostNetwork {
		return hostIP(node), nil
	}
	return a.take(pod.UID, node)
}

func (a *Addresses) take(uid types.UID, node *corev1.Node) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if address, known := a.byPod[uid]; known {
		return address.String(), nil
	}
	block, err := netip.ParsePrefix(node.Spec.PodCIDR)
	if err != nil {
		return "", fmt.Errorf("node %q has no block of addresses for pods: %w", node.Name, err)
	}
	address, known := a.next[node.Name]
	if !known {
		address = block.Addr()
	}
	// The search begins after the last address, so that a free address is not reused at once.
	for range 1 << (block.Addr().BitLen() - block.Bits()) {
		if address = address.Next(); !block.Contains(address) {
			address = block.Addr().Next()
		}
		if !a.used[address] {
			a.next[node.Name] = address
			a.used[address] = true
			a.byPod[uid] = address
			return address.String(), nil
		}
	}
	return "", fmt.Errorf("all addresses of node %q are in use: %s", node.Name, node.Spec.PodCIDR)
}

func (a *Addresses) free(uid types.UID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if address, known := a.byPod[uid]; known {
		delete(a.used, address)
		delete(a.byPod, uid)
	}
}

func hostIP(node *corev1.Node) string {
	if ips := hostIPs(node); len(ips) > 0 {
		return ips[0]
	}
	return ""
}

func hostIPs(node *corev1.Node) []string {
	var ips []string
	for _, address := range node.Status.Addresses {
		if address.Type == corev1.NodeInternalIP {
			ips = append(ips, address.Address)
		}
	}
	return ips
}
