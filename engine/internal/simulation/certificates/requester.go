// Package certificates has what pods mount of certificates.k8s.io. It requests their certificates as the kubelets of their
// nodes do; a signer answers the requests, and none runs here. It looks up the bundles that they trust.
package certificates

import (
	"context"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	coreinformers "k8s.io/client-go/informers/core/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/record"

	"seatrial/engine/internal/simulation/lifecycle"
)

// Upstream's, of k8s.io/kubernetes/pkg/kubelet/podcertificate.
const (
	notIssued     = "credential bundle is not issued yet"
	deniedForGood = "PodCertificateRequest was permanently "
)

// Config is what a Requester needs.
type Config struct {
	Client kubernetes.Interface
	// Nodes is the informer of the nodes. The caller starts it.
	Nodes coreinformers.NodeInformer
	// Recorder returns the recorder of the events of a node's kubelet.
	Recorder func(node string) record.EventRecorder
	// Answered is called when a signer may have answered a pod's request.
	Answered func(pod cache.ObjectName)
}

// Requester requests certificates with upstream's manager, one for each node that has a pod with such a
// volume. A nil Requester requests none.
type Requester struct {
	ctx    context.Context
	config Config

	mu     sync.Mutex
	byNode map[string]*nodeRequests
	byPod  map[types.UID]*nodeRequests
}

// New returns a Requester that works until the context ends.
func New(ctx context.Context, config Config) *Requester {
	return &Requester{ctx: ctx, config: config, byNode: map[string]*nodeRequests{}, byPod: map[types.UID]*nodeRequests{}}
}

// Track requests the certificates of a pod that has a node, if it was not called with the pod before.
func (r *Requester) Track(pod *corev1.Pod) {
	if r == nil || !hasCertificate(pod) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byPod[pod.UID] != nil {
		return
	}
	node := r.byNode[pod.Spec.NodeName]
	if node == nil {
		node = startNode(r.ctx, r.config, pod.Spec.NodeName)
		r.byNode[pod.Spec.NodeName] = node
	}
	r.byPod[pod.UID] = node
	node.pods.add(pod)
	node.manager.TrackPod(r.ctx, pod)
}

// Forget drops what is known of a deleted pod. The garbage collector deletes its requests.
func (r *Requester) Forget(uid types.UID) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	node := r.byPod[uid]
	if node == nil {
		return
	}
	delete(r.byPod, uid)
	pod, isLast := node.pods.remove(uid)
	node.manager.ForgetPod(r.ctx, pod)
	if isLast {
		node.stop()
		delete(r.byNode, pod.Spec.NodeName)
	}
}

// Problem returns a kubelet's problem with the certificate of one source of a projected volume.
func (r *Requester) Problem(ctx context.Context, pod *corev1.Pod, volume string, sourceIndex int, signer string) lifecycle.Problem {
	waiting := lifecycle.Problem{Message: notIssued, Signer: signer}
	node := r.nodeOf(pod.UID)
	if node == nil {
		return waiting
	}
	_, _, err := node.manager.GetPodCertificateCredentialBundle(ctx, pod.Namespace, pod.Name, string(pod.UID), volume, sourceIndex)
	switch {
	case err == nil:
		return lifecycle.Problem{}
	case strings.HasPrefix(err.Error(), deniedForGood):
		return lifecycle.Problem{Message: err.Error(), Permanent: true}
	}
	// Also before the manager has begun: a kubelet mounts a volume later than that.
	return waiting
}

func (r *Requester) nodeOf(pod types.UID) *nodeRequests {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.byPod[pod]
}

func hasCertificate(pod *corev1.Pod) bool {
	return lifecycle.HasProjection(pod, func(source corev1.VolumeProjection) bool { return source.PodCertificate != nil })
}
