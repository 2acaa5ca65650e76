// Package kubelet does the work of every simulated node's kubelet: it advances the pods that the scheduler
// has assigned to the node, and reports their status.
package kubelet

import (
	"context"
	"sync"

	corev1 "k8s.io/api/core/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/client-go/informers"
	coreinformers "k8s.io/client-go/informers/core/v1"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/record"
	"k8s.io/kubernetes/pkg/controller"

	"seatrial/engine/internal/simulation/admission"
	"seatrial/engine/internal/simulation/certificates"
	"seatrial/engine/internal/simulation/lifecycle"
	"seatrial/engine/internal/simulation/reconcile"
	"seatrial/engine/internal/simulation/rules"
)

// More workers do not make two cores faster (bench/pods).
const workers = 8

// Config is what the kubelets need from the process around them.
type Config struct {
	Client   kubernetes.Interface
	Rules    *rules.Store
	Stages   Stages
	Defaults lifecycle.Defaults
	// NodeMonitor records events in the name of upstream's node controller.
	NodeMonitor record.EventRecorder
	// Informers watches the nodes and the objects that pods refer to. The caller starts it.
	Informers informers.SharedInformerFactory
	Nodes     corelisters.NodeLister
	Addresses *Addresses
	Owners    OwnerSource
}

// Kubelet is the kubelet of all simulated nodes.
type Kubelet struct {
	config     Config
	pods       cache.SharedIndexInformer
	podLister  corelisters.PodLister
	references *referenceLookup
	// clusterObjects are what volumes refer to apart from objects that users create in the pod's namespace.
	clusterObjects *clusterObjects
	certificates   *certificates.Requester
	creators       *referenceCreators
	recorders      *eventRecorders
	admission      *admission.Admission
	queue          *reconcile.Queue

	mu      sync.Mutex
	entries map[cache.ObjectName]*entry
}

// New returns the kubelets before Run. It adds the informers that they need to the factory.
func New(ctx context.Context, config Config) (*Kubelet, error) {
	k := &Kubelet{
		config:  config,
		entries: map[cache.ObjectName]*entry{},
	}
	// Pods without a node are not watched.
	assigned := cache.NewListWatchFromClient(config.Client.CoreV1().RESTClient(), "pods", corev1.NamespaceAll,
		fields.OneTermNotEqualSelector("spec.nodeName", ""))
	k.pods = cache.NewSharedIndexInformer(assigned, &corev1.Pod{}, 0, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
	if err := k.pods.SetTransform(dropManagedFields); err != nil {
		return nil, err
	}
	if err := controller.AddPodNodeNameIndexer(k.pods); err != nil {
		return nil, err
	}
	k.podLister = corelisters.NewPodLister(k.pods.GetIndexer())
	k.creators = newReferenceCreators(config.Client, k.podLister)
	k.queue = reconcile.NewQueue("pod", k.syncPod)
	k.recorders = newEventRecorders(ctx, config.Client, k.queue.IsBusy)
	if err := k.queue.Watch(k.pods); err != nil {
		return nil, err
	}
	nodeChanged := func(object any) {
		if name, err := cache.DeletionHandlingObjectToName(object); err == nil {
			k.enqueueNode(name.Name)
		}
	}
	if err := reconcile.OnChange(config.Informers.Core().V1().Nodes().Informer(), nodeChanged); err != nil {
		return nil, err
	}
	var err error
	if k.admission, err = admission.New(); err != nil {
		return nil, err
	}
	served, err := servedCertificates(config.Client)
	if err != nil {
		return nil, err
	}
	if served.Has("podcertificaterequests") {
		k.certificates = certificates.New(ctx, certificates.Config{
			Client: config.Client, Nodes: config.Informers.Core().V1().Nodes(), Recorder: k.recorders.of, Answered: k.queue.Add,
		})
	}
	if k.clusterObjects, err = newClusterObjects(config.Client, config.Informers, k.certificates, served, k.enqueueAllBlocked); err != nil {
		return nil, err
	}
	k.references, err = newReferenceLookup(config.Client, config.Informers, k.EnqueueBlocked)
	return k, err
}

// Run starts the work, which lasts until the context ends, and returns when the caches are filled. The
// factory's informers must have been started.
func (k *Kubelet) Run(ctx context.Context) error {
	go k.pods.RunWithContext(ctx)
	if !cache.WaitForCacheSync(ctx.Done(), k.pods.HasSynced) {
		return ctx.Err()
	}
	k.queue.Run(ctx, workers)
	return nil
}

// Pods returns the informer of the pods that have a node.
func (k *Kubelet) Pods() coreinformers.PodInformer { return assignedPods{k} }

type assignedPods struct{ kubelet *Kubelet }

func (a assignedPods) Informer() cache.SharedIndexInformer { return a.kubelet.pods }
func (a assignedPods) Lister() corelisters.PodLister       { return a.kubelet.podLister }

// EnqueueNamespace syncs all pods of a namespace again, or of all namespaces when it is empty.
func (k *Kubelet) EnqueueNamespace(namespace string) {
	k.enqueueWhere(func(name cache.ObjectName, _ *entry) bool { return namespace == "" || name.Namespace == namespace })
}

// ForgetNamespace drops what is known of a deleted namespace.
func (k *Kubelet) ForgetNamespace(namespace string) { k.creators.forgetNamespace(namespace) }

// enqueueNode syncs all pods of a node again.
func (k *Kubelet) enqueueNode(node string) {
	// The error is for an index that does not exist; New has added it.
	pods, _ := k.pods.GetIndexer().ByIndex(controller.PodNodeNameKeyIndex, node)
	for _, pod := range pods {
		k.queue.AddObject(pod)
	}
}

// EnqueueBlocked syncs the pods of a namespace again that wait for an object that they refer to.
func (k *Kubelet) EnqueueBlocked(namespace string) {
	k.enqueueWhere(func(name cache.ObjectName, e *entry) bool { return e.blocked.Load() && name.Namespace == namespace })
}

// enqueueAllBlocked does the same for all namespaces.
func (k *Kubelet) enqueueAllBlocked() {
	k.enqueueWhere(func(_ cache.ObjectName, e *entry) bool { return e.blocked.Load() })
}

func (k *Kubelet) enqueueWhere(matches func(cache.ObjectName, *entry) bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for name, e := range k.entries {
		if matches(name, e) {
			k.queue.Add(name)
		}
	}
}

// dropManagedFields saves memory: no kubelet reads managed fields.
func dropManagedFields(object any) (any, error) {
	if meta, err := apimeta.Accessor(object); err == nil {
		meta.SetManagedFields(nil)
	}
	return object, nil
}
