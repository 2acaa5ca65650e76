package stages

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/kwok/pkg/utils/gotpl"
)

// Addresses are what templates of Pods ask for.
type Addresses interface {
	// HostIPs are a node's.
	HostIPs(node string) []string
	// PodIP is an address of the node's block that no other Pod has, always the same for one Pod.
	PodIP(node, uid string) (string, error)
}

const (
	// As in kwok, a Node that brings no address of its own has one that it shares with others. It is of the documentation range (RFC
	// 5737), like the addresses of the simulated nodes.
	sharedNodeIP = "198.51.100.254"
	nodePort     = 10250
)

// functionsFor are the functions that kwok has in templates for an object's kind. To parse a template, no addresses are needed.
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
