package webhook

import (
	"context"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
)

func creationOf(namespace string, owner *metav1.OwnerReference, annotations map[string]string) admission.Attributes {
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "a", Namespace: namespace, Annotations: annotations}}
	if owner != nil {
		pod.OwnerReferences = []metav1.OwnerReference{*owner}
	}
	return admission.NewAttributesRecord(pod, nil, corev1.SchemeGroupVersion.WithKind("Pod"), namespace, "a",
		schema.GroupVersionResource{Version: "v1", Resource: "pods"}, "", admission.Create, nil, false, nil)
}

func TestOnlyCreationsOfControllersInTheNamespaceAreDelayed(t *testing.T) {
	isController := true
	owner := &metav1.OwnerReference{Kind: "ReplicaSet", Name: "a", Controller: &isController}
	ofRelease := map[string]string{releaseNameAnnotation: "one"}
	for title, test := range map[string]struct {
		request   admission.Attributes
		isDelayed bool
	}{
		"a controller's Pod":                     {creationOf("one", owner, nil), true},
		"a controller's Pod elsewhere":           {creationOf("two", owner, nil), false},
		"a Pod without an owner":                 {creationOf("one", nil, nil), false},
		"a Pod of the release that has an owner": {creationOf("one", owner, ofRelease), false},
	} {
		t.Run(title, func(t *testing.T) {
			creations := newControllerCreations()
			first, second := creations.delay("one"), creations.delay("one")
			gone, cancel := context.WithCancel(t.Context())
			cancel()
			// A request that is gone does not wait.
			creations.wait(gone, test.request)
			done := make(chan struct{})
			go func() {
				creations.wait(t.Context(), test.request)
				close(done)
			}()
			if !test.isDelayed {
				<-done
				return
			}
			first()
			first()
			select {
			case <-done:
				t.Error("it was not delayed until the second manifest was applied")
			default:
			}
			second()
			<-done
			creations.wait(t.Context(), test.request)
		})
	}
}
