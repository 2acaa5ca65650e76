package environment

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	"k8s.io/kubernetes/pkg/api/v1/resource"
	podshelper "k8s.io/kubernetes/pkg/apis/core/pods"
	"k8s.io/kubernetes/pkg/fieldpath"
)

// Addresses are the node's and the pod's.
type Addresses struct {
	HostIP string
	PodIP  string
}

// valueFrom returns the value of a variable with a source, or Unknown.
func valueFrom(pod *corev1.Pod, container *corev1.Container, source *corev1.EnvVarSource, addresses Addresses) string {
	switch {
	case source.FieldRef != nil:
		if value, err := FieldValue(pod, source.FieldRef, addresses); err == nil {
			return value
		}
	case source.ResourceFieldRef != nil:
		return resourceValue(pod, container, source.ResourceFieldRef)
	}
	return Unknown
}

// FieldValue returns the value of a pod's field, as upstream's podFieldSelectorRuntimeValue does
// (k8s.io/kubernetes/pkg/kubelet, kubelet_pods.go).
func FieldValue(pod *corev1.Pod, field *corev1.ObjectFieldSelector, addresses Addresses) (string, error) {
	path, _, err := podshelper.ConvertDownwardAPIFieldLabel(field.APIVersion, field.FieldPath, "")
	if err != nil {
		return "", err
	}
	switch path {
	case "spec.nodeName":
		return pod.Spec.NodeName, nil
	case "spec.serviceAccountName":
		return pod.Spec.ServiceAccountName, nil
	case "status.hostIP", "status.hostIPs":
		return addresses.HostIP, nil
	case "status.podIP", "status.podIPs":
		return addresses.PodIP, nil
	}
	return fieldpath.ExtractFieldPathAsString(pod, path)
}

// resourceValue returns a request or a limit of a container. A limit that the container does not have is the node's,
// which is not known here.
func resourceValue(pod *corev1.Pod, container *corev1.Container, selector *corev1.ResourceFieldSelector) string {
	for other := range podutil.ContainerIter(&pod.Spec, podutil.Containers|podutil.InitContainers) {
		if other.Name == selector.ContainerName {
			container = other
		}
	}
	if name, isLimit := strings.CutPrefix(selector.Resource, "limits."); isLimit {
		if limit := container.Resources.Limits[corev1.ResourceName(name)]; limit.IsZero() {
			return Unknown
		}
	}
	value, err := resource.ExtractContainerResourceValue(selector, container)
	if err != nil {
		return Unknown
	}
	return value
}
