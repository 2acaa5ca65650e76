package stages

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/kwok/pkg/utils/gotpl"
)

// Addresses returns the addresses that templates of Pods can use.
type Addresses interface {
	// HostIPs returns a node's addresses.
	HostIPs(node string) []string
	// PodIP returns an address of the node's block that no other Pod has, always the same for one Pod.
	PodIP(node, uid string) (string, error)
}

const (
	// As in kwok, Nodes without an address of their own share one. It is of the documentation range
	// (RFC 5737), like the addresses of the simulated nodes.
	sharedNodeIP = "198.51.100.254"
	nodePort     = 10250
)

// functionsFor returns kwok's template functions for the object's kind. addresses may be nil when a
// template is only parsed.
func functionsFor(object *unstructured.Unstructured, addresses Addresses) gotpl.FuncMap {
	switch object.GroupVersionKind() {
	case nodeKind:
		return gotpl.FuncMap{
			"NodeIP":   func() string { return sharedNodeIP },
			"NodeName": object.GetName,
			"NodePort": func() int { return nodePort },
		}
	case podKind:
		return podFunctions(object, addresses)
	}
	return gotpl.FuncMap{}
}

func podFunctions(object *unstructured.Unstructured, addresses Addresses) gotpl.FuncMap {
	hostIPs := func(node string) []string {
		if addresses != nil {
			if ips := addresses.HostIPs(node); len(ips) > 0 {
				return ips
			}
		}
		return []string{sharedNodeIP}
	}
	podIP := func(node string, hostNetwork bool, uid, _, _ string) (string, error) {
		switch {
		case hostNetwork:
			return hostIPs(node)[0], nil
		case addresses == nil:
			return "", nil
		}
		return addresses.PodIP(node, uid)
	}
	own, _, _ := unstructured.NestedString(object.Object, "spec", "nodeName")
	return gotpl.FuncMap{
		"NodeIP":      func() string { return hostIPs(own)[0] },
		"NodeIPWith":  func(node string) string { return hostIPs(node)[0] },
		"NodeIPsWith": hostIPs,
		"PodIP":       func() (string, error) { return podIP(own, false, string(object.GetUID()), "", "") },
		"PodIPWith":   podIP,
		"PodIPsWith": func(node string, hostNetwork bool, uid, name, namespace string) ([]string, error) {
			ip, err := podIP(node, hostNetwork, uid, name, namespace)
			return []string{ip}, err
		},
	}
}
