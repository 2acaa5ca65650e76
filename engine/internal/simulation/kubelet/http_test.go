package kubelet

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"

	"seatrial/engine/internal/simulation/rules"
)

func TestALogIsThereForAClientThatKnowsAStatusBeforeTheCache(t *testing.T) {
	name := cache.ObjectName{Namespace: "default", Name: "web"}
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: name.Namespace, Name: name.Name},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "main"}}},
	}
	indexer := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{})
	stored := pod.DeepCopy()
	stored.Status.ContainerStatuses = []corev1.ContainerStatus{{
		Name: "main", ContainerID: "simulated://1", State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}},
	}}
	kubelet := &Kubelet{
		config:    Config{Client: fake.NewClientset(stored), Rules: rules.NewStore()},
		podLister: corelisters.NewPodLister(indexer),
	}
	for _, cached := range []*corev1.Pod{nil, pod} {
		if cached != nil {
			if err := indexer.Add(cached); err != nil {
				t.Fatal(err)
			}
		}
		if _, problem, err := kubelet.log(t.Context(), name, "main", false); problem != "" || err != nil {
			t.Errorf("with %v in the cache: %q, %v", cached, problem, err)
		}
	}
}
