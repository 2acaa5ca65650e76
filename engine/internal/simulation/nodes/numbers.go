package nodes

import corev1 "k8s.io/api/core/v1"

// numbers are those of the nodes that were adopted; a node's number decides its addresses.
type numbers map[string]int

// of is the node's number, or the least one whose addresses no other node has.
func (n numbers) of(name string, others []*corev1.Node) int {
	if number, known := n[name]; known {
		return number
	}
	used := map[int]bool{}
	for _, number := range n {
		used[number] = true
	}
	blocks := map[string]bool{}
	for _, other := range others {
		blocks[other.Spec.PodCIDR] = true
	}
	number := 0
	for used[number] || blocks[podBlock(number)] {
		number++
	}
	n[name] = number
	return number
}

// free gives up the number of a node that has gone.
func (n numbers) free(name string) { delete(n, name) }
