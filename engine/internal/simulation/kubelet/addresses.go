package kubelet

import (
	"fmt"
	"net/netip"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
)

// addressPool gives every pod an address of its node's block that no other pod has.
type addressPool struct {
	mu    sync.Mutex
	next  map[string]netip.Addr
	used  map[netip.Addr]bool
	byPod map[types.UID]netip.Addr
}

func newAddressPool() *addressPool {
	return &addressPool{next: map[string]netip.Addr{}, used: map[netip.Addr]bool{}, byPod: map[types.UID]netip.Addr{}}
}

// of is the address of a pod: the node's in the host's network, else always the same one as long as the pod is not freed.
func (p *addressPool) of(pod *corev1.Pod, node *corev1.Node) (string, error) {
	if pod.Spec.HostNetwork {
		return hostIP(node), nil
	}
	return p.take(pod.UID, node)
}

func (p *addressPool) take(uid types.UID, node *corev1.Node) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if address, known := p.byPod[uid]; known {
		return address.String(), nil
	}
	block, err := netip.ParsePrefix(node.Spec.PodCIDR)
	if err != nil {
		return "", fmt.Errorf("node %q has no block of addresses for pods: %w", node.Name, err)
	}
	address, known := p.next[node.Name]
	if !known {
		address = block.Addr()
	}
	// From the last one on, so that an address is not given to the next pod at once.
	for range 1 << (block.Addr().BitLen() - block.Bits()) {
		if address = address.Next(); !block.Contains(address) {
			address = block.Addr().Next()
		}
		if !p.used[address] {
			p.next[node.Name] = address
			p.used[address] = true
			p.byPod[uid] = address
			return address.String(), nil
		}
	}
	return "", fmt.Errorf("all addresses of node %q are in use: %s", node.Name, node.Spec.PodCIDR)
}

func (p *addressPool) free(uid types.UID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if address, known := p.byPod[uid]; known {
		delete(p.used, address)
		delete(p.byPod, uid)
	}
}
