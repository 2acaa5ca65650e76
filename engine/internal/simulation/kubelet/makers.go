package kubelet

import (
	"context"
	"fmt"
	"sync"

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
)

// ReasonAssumed is of the event that tells what a pod was started without.
const ReasonAssumed = "SimulatedReference"

// What a simulated container would have made does not exist. Many charts rely on that: a hook makes the Secret with the certificate that
// the Deployment mounts. So a Secret or ConfigMap that is missing is taken as made by a container of the namespace that has done its
// work, if its ServiceAccount may create it; RBAC tells.
type makers struct {
	client kubernetes.Interface
	pods   corelisters.PodLister

	mu sync.Mutex
	// done has, by namespace and resource, a pod that has completed and could have made such objects; its Role may be gone by now.
	done map[string]map[string]string
	// seen has the state in which a pod's work was last noticed.
	seen map[types.UID]corev1.PodPhase
}

var madeResources = []string{secrets.resource, configMaps.resource}

func newMakers(client kubernetes.Interface, pods corelisters.PodLister) *makers {
	return &makers{client: client, pods: pods, done: map[string]map[string]string{}, seen: map[types.UID]corev1.PodPhase{}}
}

// worked remembers a pod that has succeeded or become ready. It returns true once for each of both: others may wait for what it makes.
func (m *makers) worked(ctx context.Context, pod *corev1.Pod, status *corev1.PodStatus) bool {
	isDone := status.Phase == corev1.PodSucceeded
	if !isDone && !podutil.IsPodReadyConditionTrue(*status) || !hasToken(pod) {
		return false
	}
	m.mu.Lock()
	known := m.seen[pod.UID] == status.Phase
	m.seen[pod.UID] = status.Phase
	m.mu.Unlock()
	if known {
		return false
	}
	for _, resource := range madeResources {
		// Of a pod that runs on, RBAC is asked when it matters.
		if isDone && m.mayCreate(ctx, pod, resource) {
			m.mu.Lock()
			if m.done[pod.Namespace] == nil {
				m.done[pod.Namespace] = map[string]string{}
			}
			m.done[pod.Namespace][resource] = pod.Name
			m.mu.Unlock()
		}
	}
	return true
}

// makerOf names a pod that could have made an object of the resource for another pod; empty when there is none.
func (m *makers) makerOf(ctx context.Context, asking *corev1.Pod, resource string) string {
	m.mu.Lock()
	done := m.done[asking.Namespace][resource]
	m.mu.Unlock()
	if done != "" {
		return done
	}
	pods, err := m.pods.Pods(asking.Namespace).List(labels.Everything())
	if err != nil {
		return ""
	}
	asked := map[string]bool{asking.Spec.ServiceAccountName: true}
	for _, pod := range pods {
		account := pod.Spec.ServiceAccountName
		if asked[account] || !podutil.IsPodReady(pod) || !hasToken(pod) {
			continue
		}
		asked[account] = true
		if m.mayCreate(ctx, pod, resource) {
			return pod.Name
		}
	}
	return ""
}

// forget drops what is known of a namespace that has gone, and of a pod.
func (m *makers) forget(namespace string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.done, namespace)
}

func (m *makers) forgetPod(uid types.UID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.seen, uid)
}

func (m *makers) mayCreate(ctx context.Context, pod *corev1.Pod, resource string) bool {
	namespace, account := pod.Namespace, pod.Spec.ServiceAccountName
	review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User:   fmt.Sprintf("system:serviceaccount:%s:%s", namespace, account),
		Groups: []string{"system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated"},
		ResourceAttributes: &authorizationv1.ResourceAttributes{
			Namespace: namespace, Verb: "create", Resource: resource, Version: "v1",
		},
	}}
	answer, err := m.client.AuthorizationV1().SubjectAccessReviews().Create(ctx, review, metav1.CreateOptions{})
	return err == nil && answer.Status.Allowed
}

// hasToken tells whether the pod's containers can talk to the API server at all.
func hasToken(pod *corev1.Pod) bool {
	for i := range pod.Spec.Volumes {
		projected := pod.Spec.Volumes[i].Projected
		if projected == nil {
			continue
		}
		for _, source := range projected.Sources {
			if source.ServiceAccountToken != nil {
				return true
			}
		}
	}
	return false
}
