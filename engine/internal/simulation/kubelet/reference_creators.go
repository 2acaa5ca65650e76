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

	"seatrial/engine/internal/simulation/lifecycle"
)

// referenceCreators finds the pods whose containers would have created a missing Secret or ConfigMap.
// Many charts rely on such containers: a hook creates the Secret with the certificate that the
// Deployment mounts. A pod of the namespace is a possible creator once it has succeeded or is ready, if
// its ServiceAccount may create such objects.
type referenceCreators struct {
	client kubernetes.Interface
	pods   corelisters.PodLister

	mu sync.Mutex
	// succeeded has, by namespace and resource, a succeeded pod that may have created such objects. It
	// is kept because the pod's Role may be deleted by now.
	succeeded map[string]map[string]string
	// seen has the phase in which a pod was last added.
	seen map[types.UID]corev1.PodPhase
}

var creatableResources = []string{secrets.resource, configMaps.resource}

func newReferenceCreators(client kubernetes.Interface, pods corelisters.PodLister) *referenceCreators {
	return &referenceCreators{
		client: client, pods: pods, succeeded: map[string]map[string]string{}, seen: map[types.UID]corev1.PodPhase{},
	}
}

// add notes a pod that has succeeded or become ready. It returns true once for each of both: other pods
// may wait for what this pod creates.
func (c *referenceCreators) add(ctx context.Context, pod *corev1.Pod, status *corev1.PodStatus) bool {
	hasSucceeded := status.Phase == corev1.PodSucceeded
	if !hasSucceeded && !podutil.IsPodReadyConditionTrue(*status) || !hasToken(pod) {
		return false
	}
	c.mu.Lock()
	known := c.seen[pod.UID] == status.Phase
	c.seen[pod.UID] = status.Phase
	c.mu.Unlock()
	if known {
		return false
	}
	for _, resource := range creatableResources {
		// For a pod that still runs, find asks RBAC when it is needed.
		if hasSucceeded && c.mayCreate(ctx, pod, resource) {
			c.mu.Lock()
			if c.succeeded[pod.Namespace] == nil {
				c.succeeded[pod.Namespace] = map[string]string{}
			}
			c.succeeded[pod.Namespace][resource] = pod.Name
			c.mu.Unlock()
		}
	}
	return true
}

// find returns the name of a pod that may have created an object of the resource for another pod; empty
// when there is none.
func (c *referenceCreators) find(ctx context.Context, asking *corev1.Pod, resource string) string {
	c.mu.Lock()
	succeeded := c.succeeded[asking.Namespace][resource]
	c.mu.Unlock()
	if succeeded != "" {
		return succeeded
	}
	pods, err := c.pods.Pods(asking.Namespace).List(labels.Everything())
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
		if c.mayCreate(ctx, pod, resource) {
			return pod.Name
		}
	}
	return ""
}

// forgetNamespace drops what is known of a deleted namespace.
func (c *referenceCreators) forgetNamespace(namespace string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.succeeded, namespace)
}

func (c *referenceCreators) forgetPod(uid types.UID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.seen, uid)
}

func (c *referenceCreators) mayCreate(ctx context.Context, pod *corev1.Pod, resource string) bool {
	namespace, account := pod.Namespace, pod.Spec.ServiceAccountName
	review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User:   fmt.Sprintf("system:serviceaccount:%s:%s", namespace, account),
		Groups: []string{"system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated"},
		ResourceAttributes: &authorizationv1.ResourceAttributes{
			Namespace: namespace, Verb: "create", Resource: resource, Version: "v1",
		},
	}}
	answer, err := c.client.AuthorizationV1().SubjectAccessReviews().Create(ctx, review, metav1.CreateOptions{})
	return err == nil && answer.Status.Allowed
}

// hasToken reports whether the pod's containers can authenticate to the API server at all.
func hasToken(pod *corev1.Pod) bool {
	return lifecycle.HasProjection(pod, func(source corev1.VolumeProjection) bool { return source.ServiceAccountToken != nil })
}
