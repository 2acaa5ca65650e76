package simulation

import (
	"k8s.io/apimachinery/pkg/runtime"

	"seatrial/engine/internal/simulation/nodes"
	"seatrial/engine/internal/simulation/volumes"
)

// InitialObjects returns the objects that the cluster has from its first moment: the nodes, ready, and
// the StorageClasses. version is the version that the nodes report as their kubelets'.
func (c Config) InitialObjects(version string) []runtime.Object {
	objects := volumes.Classes()
	for number, node := range c.Nodes {
		objects = append(objects, nodes.Object(node, number, version))
	}
	return objects
}
