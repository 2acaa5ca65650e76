package nodes

import (
	"context"
	"maps"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// adopt makes a Node that somebody has created a simulated one: what it says of itself stays, what it does not say is as with the others.
func (c *Controller) adopt(ctx context.Context, node *corev1.Node) error {
	if c.Claimed() {
		// For good: what has made it ready does not do so again.
		c.left[node.UID] = true
		return nil
	}
	// A lister of a cache has no errors.
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
	// Last, and with it the mark that all is done: a node that is ready has its addresses.
	adopted.ResourceVersion = updated.ResourceVersion
	_, err = c.Client.CoreV1().Nodes().UpdateStatus(ctx, adopted, metav1.UpdateOptions{})
	return err
}

// isAdopted says that somebody reports for the node, or that nobody is to.
func (c *Controller) isAdopted(node *corev1.Node) bool {
	_, marked := node.Annotations[Annotation]
	return c.left[node.UID] || marked && (!AreSimulated(node) || node.Status.NodeInfo.ContainerRuntimeVersion == runtimeOf(c.Version))
}
