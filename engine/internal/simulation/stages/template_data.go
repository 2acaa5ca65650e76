package stages

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/kwok/pkg/utils/lifecycle"
)

var (
	podKind  = corev1.SchemeGroupVersion.WithKind("Pod")
	nodeKind = corev1.SchemeGroupVersion.WithKind("Node")
)

// typed returns the object as kwok passes it to expressions: Pods and Nodes with their Go types, all
// others unstructured.
func typed(object *unstructured.Unstructured) (any, error) {
	switch object.GroupVersionKind() {
	case podKind:
		pod := &corev1.Pod{}
		return pod, runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, pod)
	case nodeKind:
		node := &corev1.Node{}
		return node, runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, node)
	}
	return object, nil
}

func isUntyped(data any) bool {
	_, untyped := data.(*unstructured.Unstructured)
	return untyped
}

// templateData returns what kwok renders templates with.
func templateData(data any) any {
	if object, untyped := data.(*unstructured.Unstructured); untyped {
		return object.Object
	}
	return data
}

func newEvent(object *unstructured.Unstructured) (*lifecycle.Event, error) {
	data, err := typed(object)
	if err != nil {
		return nil, err
	}
	return &lifecycle.Event{Labels: object.GetLabels(), Annotations: object.GetAnnotations(), Data: data}, nil
}

func emptyObject(gvk schema.GroupVersionKind) *unstructured.Unstructured {
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(gvk)
	return object
}
