package kubelet

import (
	"context"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/restmapper"

	"seatrial/engine/internal/simulation/rules"
)

// OwnerSource finds the objects that own a pod.
type OwnerSource interface {
	Owners(ctx context.Context, pod *corev1.Pod) []rules.Owner
}

// longestOwnerChain exceeds known chains, such as an operator's resource, a CronJob and a Job.
const longestOwnerChain = 6

// Owners follows the controllers of a pod upwards. It requests an object's controller once.
type Owners struct {
	metadata metadata.Interface
	mapper   *restmapper.DeferredDiscoveryRESTMapper
	mu       sync.Mutex
	parents  map[types.UID]*metav1.OwnerReference
}

// NewOwners returns Owners that use these clients.
func NewOwners(client metadata.Interface, mapper *restmapper.DeferredDiscoveryRESTMapper) *Owners {
	return &Owners{metadata: client, mapper: mapper, parents: map[types.UID]*metav1.OwnerReference{}}
}

// Owners returns the pod's controller, the controller's controller, and so on, as far as they can be read.
func (o *Owners) Owners(ctx context.Context, pod *corev1.Pod) []rules.Owner {
	var chain []rules.Owner
	next := metav1.GetControllerOf(pod)
	for next != nil && len(chain) < longestOwnerChain {
		chain = append(chain, rules.Owner{Kind: next.Kind, Name: next.Name})
		next = o.parent(ctx, pod.Namespace, next)
	}
	return chain
}

func (o *Owners) parent(ctx context.Context, namespace string, owner *metav1.OwnerReference) *metav1.OwnerReference {
	o.mu.Lock()
	parent, known := o.parents[owner.UID]
	o.mu.Unlock()
	if known {
		return parent
	}
	group, err := schema.ParseGroupVersion(owner.APIVersion)
	if err != nil {
		return nil
	}
	mapping, err := o.mapper.RESTMapping(group.WithKind(owner.Kind).GroupKind(), group.Version)
	if err != nil {
		return nil
	}
	resource := o.metadata.Resource(mapping.Resource)
	object, err := resource.Namespace(namespace).Get(ctx, owner.Name, metav1.GetOptions{})
	if err != nil || object.UID != owner.UID {
		return nil
	}
	parent = metav1.GetControllerOf(object)
	o.mu.Lock()
	o.parents[owner.UID] = parent
	o.mu.Unlock()
	return parent
}
