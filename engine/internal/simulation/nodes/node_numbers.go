package nodes

import corev1 "k8s.io/api/core/v1"

// numbers are the numbers of the adopted nodes, by name. A node's number determines its addresses.
type numbers map[string]int

// of returns the node's number: the smallest one whose addresses no other node has.
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

// free releases the number of a deleted node.
func (n numbers) free(name string) { delete(n, name) }
