package admission

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	schedulinghelpers "k8s.io/component-helpers/scheduling/corev1"
	"k8s.io/klog/v2"
	fwk "k8s.io/kube-scheduler/framework"
	v1helper "k8s.io/kubernetes/pkg/apis/core/v1/helper"
	"k8s.io/kubernetes/pkg/features"
	kubeletlifecycle "k8s.io/kubernetes/pkg/kubelet/lifecycle"
	"k8s.io/kubernetes/pkg/scheduler"
	"k8s.io/kubernetes/pkg/scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/nodeports"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/tainttoleration"
)

// checkFit makes the checks of upstream's predicateAdmitHandler
// (k8s.io/kubernetes/pkg/kubelet/lifecycle, predicate.go), in its order: the first failed check is the reason.
// Upstream's builds the state of the node anew for each pod.
func checkFit(logger klog.Logger, pod *corev1.Pod, info *framework.NodeInfo) *Rejection {
	for _, result := range scheduler.AdmissionCheck(withoutUnknownResources(pod, info), info, true) {
		if lacking := result.InsufficientResource; lacking != nil {
			problem := &kubeletlifecycle.InsufficientResourceError{
				ResourceName: lacking.ResourceName, Requested: lacking.Requested, Used: lacking.Used, Capacity: lacking.Capacity,
			}
			return &Rejection{
				Reason:    kubeletlifecycle.InsufficientResourcePrefix + string(lacking.ResourceName),
				Message:   problem.Error(),
				Permanent: lacking.Requested > lacking.Capacity,
			}
		}
		return predicateFailure(result.Name, result.Reason, result.Name != nodeports.Name || hasReplicaOn(info, pod))
	}
	_, isUntolerated := schedulinghelpers.FindMatchingUntoleratedTaint(logger, info.Node().Spec.Taints, pod.Spec.Tolerations,
		func(taint *corev1.Taint) bool { return taint.Effect == corev1.TaintEffectNoExecute },
		utilfeature.DefaultFeatureGate.Enabled(features.TaintTolerationComparisonOperators))
	if isUntolerated {
		return predicateFailure(tainttoleration.Name, tainttoleration.ErrReasonNotMatch, false)
	}
	return nil
}

func predicateFailure(name, description string, permanent bool) *Rejection {
	problem := &kubeletlifecycle.PredicateFailureError{PredicateName: name, PredicateDesc: description}
	return &Rejection{Reason: name, Message: problem.Error(), Permanent: permanent}
}

// hasReplicaOn reports that the node has another pod of the same controller, which uses the same ports.
func hasReplicaOn(info *framework.NodeInfo, pod *corev1.Pod) bool {
	owner := metav1.GetControllerOf(pod)
	return owner != nil && slices.ContainsFunc(info.GetPods(), func(other fwk.PodInfo) bool {
		return metav1.IsControlledBy(other.GetPod(), &metav1.ObjectMeta{UID: owner.UID})
	})
}

// withoutUnknownResources removes requests of extended resources that the node does not have, as upstream's
// removeMissingExtendedResources does: they may be the cluster's.
func withoutUnknownResources(pod *corev1.Pod, info *framework.NodeInfo) *corev1.Pod {
	isUnknown := func(name corev1.ResourceName) bool {
		_, known := info.Allocatable.GetScalarResources()[name]
		return v1helper.IsExtendedResourceName(name) && !known
	}
	var copied *corev1.Pod
	lists := [][]corev1.Container{pod.Spec.InitContainers, pod.Spec.Containers}
	for list, containers := range lists {
		for index := range containers {
			for name := range containers[index].Resources.Requests {
				if !isUnknown(name) {
					continue
				}
				if copied == nil {
					copied = pod.DeepCopy()
				}
				delete([][]corev1.Container{copied.Spec.InitContainers, copied.Spec.Containers}[list][index].Resources.Requests, name)
			}
		}
	}
	if copied == nil {
		return pod
	}
	return copied
}
