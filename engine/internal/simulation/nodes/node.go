package nodes

import (
	"fmt"
	"maps"
	"net/netip"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
)

const (
	kubeletPort = 10250
	// Each node has a block of 1024 addresses of 10.244.0.0/16 for its pods.
	podBlockBits = 22
	maxBlocks    = 1 << (podBlockBits - 16)
)

// The nodes' own addresses are of the documentation range (RFC 5737), where nothing listens: the API
// server reaches the kubelet of any node through a pipe in this process.
var firstNodeAddress = netip.MustParseAddr("198.51.100.1")

// Object returns the Node that a kubelet would have registered, ready. number, from 0, determines the
// node's addresses.
func Object(config Config, number int, version string) *corev1.Node {
	node := &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{
			Name:        config.Name,
			Labels:      labelsOf(config),
			Annotations: map[string]string{Annotation: "true", "volumes.kubernetes.io/controller-managed-attach-detach": "true"},
		},
		Spec: corev1.NodeSpec{Taints: config.Taints},
	}
	Complete(node, number, version, config.Capacity)
	return node
}

// Complete sets the missing fields that a kubelet reports about its node.
func Complete(node *corev1.Node, number int, version string, capacity corev1.ResourceList) {
	if node.Spec.PodCIDR == "" && number < maxBlocks {
		node.Spec.PodCIDR = podBlock(number)
		node.Spec.PodCIDRs = []string{node.Spec.PodCIDR}
	}
	if node.Spec.ProviderID == "" {
		node.Spec.ProviderID = "simulated://" + node.Name
	}
	status := &node.Status
	status.Capacity = over(over(defaultCapacity(), status.Capacity), capacity)
	status.Allocatable = over(status.Capacity.DeepCopy(), status.Allocatable)
	if len(status.Addresses) == 0 {
		status.Addresses = []corev1.NodeAddress{
			{Type: corev1.NodeInternalIP, Address: nodeAddress(number).String()},
			{Type: corev1.NodeHostName, Address: node.Name},
		}
	}
	status.DaemonEndpoints.KubeletEndpoint.Port = kubeletPort
	architecture := node.Labels[corev1.LabelArchStable]
	if architecture == "" {
		architecture = defaultArchitecture
	}
	status.NodeInfo = corev1.NodeSystemInfo{
		MachineID:               node.Name,
		SystemUUID:              node.Name,
		BootID:                  node.Name,
		KernelVersion:           "simulated",
		OSImage:                 "simulated",
		ContainerRuntimeVersion: runtimeOf(version),
		KubeletVersion:          version,
		OperatingSystem:         "linux",
		Architecture:            architecture,
	}
	status.Features = &corev1.NodeFeatures{SupplementalGroupsPolicy: ptr.To(true)}
	status.Conditions = readyConditions(metav1.NewTime(time.Now()).Rfc3339Copy())
}

func runtimeOf(version string) string { return "simulated://" + version }

func podBlock(number int) string {
	return fmt.Sprintf("10.244.%d.0/%d", number<<(24-podBlockBits), podBlockBits)
}

// over replaces quantities by the given ones.
func over(quantities, given corev1.ResourceList) corev1.ResourceList {
	maps.Copy(quantities, given)
	return quantities
}

func nodeAddress(number int) netip.Addr {
	address := firstNodeAddress
	for range number {
		address = address.Next()
	}
	return address
}

const defaultArchitecture = "amd64"

func labelsOf(config Config) map[string]string {
	architecture := config.Architecture
	if architecture == "" {
		architecture = defaultArchitecture
	}
	labels := map[string]string{
		corev1.LabelHostname:   config.Name,
		corev1.LabelOSStable:   "linux",
		corev1.LabelArchStable: architecture,
		// A kubelet still writes these deprecated labels.
		"beta.kubernetes.io/os":   "linux",
		"beta.kubernetes.io/arch": architecture,
	}
	if config.Zone != "" {
		labels[corev1.LabelTopologyZone] = config.Zone
	}
	if config.Region != "" {
		labels[corev1.LabelTopologyRegion] = config.Region
	}
	maps.Copy(labels, config.Labels)
	return labels
}
