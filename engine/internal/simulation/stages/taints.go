package stages

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	controllernode "k8s.io/kubernetes/pkg/controller/util/node"
)

// conditionTaints are what the node lifecycle controller, which is off here, makes of a Node's conditions.
var conditionTaints = map[string]struct {
	condition corev1.NodeConditionType
	status    corev1.ConditionStatus
}{
	corev1.TaintNodeNotReady:           {corev1.NodeReady, corev1.ConditionFalse},
	corev1.TaintNodeUnreachable:        {corev1.NodeReady, corev1.ConditionUnknown},
	corev1.TaintNodeMemoryPressure:     {corev1.NodeMemoryPressure, corev1.ConditionTrue},
	corev1.TaintNodeDiskPressure:       {corev1.NodeDiskPressure, corev1.ConditionTrue},
	corev1.TaintNodePIDPressure:        {corev1.NodePIDPressure, corev1.ConditionTrue},
	corev1.TaintNodeNetworkUnavailable: {corev1.NodeNetworkUnavailable, corev1.ConditionTrue},
}

// taint keeps the scheduler away from a Node that a Stage has made unfit, and lets it come to one that has become ready.
func (p *Player) taint(ctx context.Context, object *unstructured.Unstructured) {
	node := &corev1.Node{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, node); err != nil {
		return
	}
	var wanted, unwanted []*corev1.Taint
	for key, when := range conditionTaints {
		taint := &corev1.Taint{Key: key, Effect: corev1.TaintEffectNoSchedule}
		_, condition := controllernode.GetNodeCondition(&node.Status, when.condition)
		isWanted := condition != nil && condition.Status == when.status
		switch has := hasTaint(node, taint); {
		case isWanted && !has:
			wanted = append(wanted, taint)
		case !isWanted && has && condition != nil:
			unwanted = append(unwanted, taint)
		}
	}
	if len(wanted)+len(unwanted) > 0 {
		controllernode.SwapNodeControllerTaint(ctx, p.config.Client, wanted, unwanted, node)
	}
}

func hasTaint(node *corev1.Node, wanted *corev1.Taint) bool {
	for i := range node.Spec.Taints {
		if node.Spec.Taints[i].MatchTaint(wanted) {
			return true
		}
	}
	return false
}
