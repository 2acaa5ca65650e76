package nodes

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// readyConditions returns the conditions that a healthy kubelet reports.
func readyConditions(now metav1.Time) []corev1.NodeCondition {
	condition := func(kind corev1.NodeConditionType, status corev1.ConditionStatus, reason, message string) corev1.NodeCondition {
		return corev1.NodeCondition{
			Type: kind, Status: status, Reason: reason, Message: message, LastHeartbeatTime: now, LastTransitionTime: now,
		}
	}
	return []corev1.NodeCondition{
		condition(corev1.NodeMemoryPressure, corev1.ConditionFalse, "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
		condition(corev1.NodeDiskPressure, corev1.ConditionFalse, "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
		condition(corev1.NodePIDPressure, corev1.ConditionFalse, "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
		condition(corev1.NodeReady, corev1.ConditionTrue, "KubeletReady", "simulated: no kubelet runs here"),
	}
}

// neverReported returns the conditions that upstream's node controller writes for a node whose kubelet has never
// responded.
func neverReported(node *corev1.Node, now metav1.Time) []corev1.NodeCondition {
	conditions := []corev1.NodeCondition{}
	for _, kind := range []corev1.NodeConditionType{
		corev1.NodeReady, corev1.NodeMemoryPressure, corev1.NodeDiskPressure, corev1.NodePIDPressure,
	} {
		conditions = append(conditions, corev1.NodeCondition{
			Type: kind, Status: corev1.ConditionUnknown, Reason: "NodeStatusNeverUpdated",
			Message:           "Kubelet never posted node status.",
			LastHeartbeatTime: node.CreationTimestamp, LastTransitionTime: now,
		})
	}
	return conditions
}

// unknownConditions returns the conditions that upstream's node controller writes when a kubelet has
// stopped responding.
func unknownConditions(conditions []corev1.NodeCondition, now metav1.Time) []corev1.NodeCondition {
	unknown := make([]corev1.NodeCondition, 0, len(conditions))
	for _, condition := range conditions {
		switch condition.Type {
		case corev1.NodeReady, corev1.NodeMemoryPressure, corev1.NodeDiskPressure, corev1.NodePIDPressure:
			condition.Status, condition.Reason = corev1.ConditionUnknown, "NodeStatusUnknown"
			condition.Message, condition.LastTransitionTime = "Kubelet stopped posting node status.", now
		}
		unknown = append(unknown, condition)
	}
	return unknown
}
