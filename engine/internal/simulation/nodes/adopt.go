package nodes

import (
	"context"
	"maps"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// adopt turns a Node that a user has created into a simulated one. Fields that are set stay, all others
// become those of the other simulated nodes.
func (c *Controller) adopt(ctx context.Context, node *corev1.Node) error {
	if c.HasNodeStages() {
		// Permanently: the Stage that makes it ready may not be played again.
		c.leftToStages[node.UID] = true
		return nil
	}
	// Listing from a cache never fails.
	list, _ := c.lister.List(labels.Everything())
	adopted := node.DeepCopy()
	adopted.Labels = labelsOf(Config{Name: node.Name, Architecture: node.Labels[corev1.LabelArchStable], Labels: node.Labels})
	annotations := map[string]string{Annotation: "true", "volumes.kubernetes.io/controller-managed-attach-detach": "true"}
	maps.Copy(annotations, node.Annotations)
	adopted.Annotations = annotations
	Complete(adopted, c.numbers.of(node.Name, list), c.Version, nil)
	updated, err := c.Client.CoreV1().Nodes().Update(ctx, adopted, metav1.UpdateOptions{})
	if err != nil {
		return err
	}
	// The status comes last, and with it the container runtime that marks an adopted node: a node that is
	// ready has its addresses.
	adopted.ResourceVersion = updated.ResourceVersion
	_, err = c.Client.CoreV1().Nodes().UpdateStatus(ctx, adopted, metav1.UpdateOptions{})
	return err
}

// isAdopted reports that the node's status is complete, or not this controller's.
func (c *Controller) isAdopted(node *corev1.Node) bool {
	_, marked := node.Annotations[Annotation]
	return c.leftToStages[node.UID] || marked && (!AreSimulated(node) || node.Status.NodeInfo.ContainerRuntimeVersion == runtimeOf(c.Version))
}
