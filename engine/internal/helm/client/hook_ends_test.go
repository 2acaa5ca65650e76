package client

import (
	"slices"
	"testing"

	"helm.sh/helm/v4/pkg/kube"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/resource"
	"k8s.io/client-go/kubernetes/fake"
)

func TestTheEndsOfAHookAreKnownBeforeItsWatchHasBroughtThem(t *testing.T) {
	job := &batchv1.Job{ObjectMeta: metav1.ObjectMeta{Namespace: "demo", Name: "migrate"}}
	ended := corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: 3, Reason: "Error"}}
	podOf := func(name string, owner string, container string) *corev1.Pod {
		isController := true
		owners := []metav1.OwnerReference{{Kind: "Job", Name: owner, Controller: &isController}}
		return &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{Namespace: "demo", Name: name, OwnerReferences: owners},
			Status: corev1.PodStatus{
				Phase:             corev1.PodRunning,
				ContainerStatuses: []corev1.ContainerStatus{{Name: container, LastTerminationState: ended}},
			},
		}
	}
	hook := &resource.Info{
		Namespace: "demo",
		Name:      "migrate",
		Mapping:   &meta.RESTMapping{GroupVersionKind: batchv1.SchemeGroupVersion.WithKind("Job")},
	}
	ends := &hookEnds{
		client: fake.NewClientset(job, podOf("migrate-a", "migrate", "app"), podOf("other-a", "other", "other")),
		hooks:  kube.ResourceList{hook},
		failed: map[string]string{},
		seen:   make(chan struct{}),
	}
	if texts := ends.texts(t.Context()); !slices.Equal(texts, []string{"container app exited with 3"}) {
		t.Errorf("the ends are %v", texts)
	}
}

func TestTheEndOfADeletedPodDoesNotReplaceTheEndOfTheProgram(t *testing.T) {
	ended := func(code int32) corev1.ContainerState {
		return corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: code, Reason: "Error"}}
	}
	deleted := metav1.Now()
	killed := corev1.ContainerStatus{Name: "app", LastTerminationState: ended(3), State: ended(143)}
	ends := &hookEnds{failed: map[string]string{}, seen: make(chan struct{})}
	ends.add(&corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{DeletionTimestamp: &deleted},
		Status:     corev1.PodStatus{ContainerStatuses: []corev1.ContainerStatus{killed}},
	})
	if texts := ends.texts(t.Context()); !slices.Equal(texts, []string{"container app exited with 3"}) {
		t.Errorf("the ends are %v", texts)
	}
}
