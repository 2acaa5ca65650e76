package kubelet

import (
	"sync"
	"sync/atomic"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/resourceversion"
	"k8s.io/client-go/tools/cache"

	"seatrial/engine/internal/simulation/lifecycle"
)

// entry is what the kubelet remembers of one pod.
type entry struct {
	uid types.UID
	// blocked says that the pod waits for an object that it refers to.
	blocked atomic.Bool

	// mu guards the fields below against readers of logs; the queue gives a pod to one worker at a time.
	mu   sync.Mutex
	life lifecycle.Pod
	// latest is the API server's last response, which may be newer than the cached pod.
	latest *corev1.Pod
	// isAdmitted says that the node's kubelet lets the pod run.
	isAdmitted bool
	// jobDeadline is the activeDeadlineSeconds of the pod's Job, once it is known.
	jobDeadline func() *int64
	// recorded are the messages about assumed references.
	recorded map[string]bool
}

// isNew reports that an assumed reference's message was not recorded before.
func (e *entry) isNew(message string) bool {
	if e.recorded[message] {
		return false
	}
	if e.recorded == nil {
		e.recorded = map[string]bool{}
	}
	e.recorded[message] = true
	return true
}

// newest returns the cached pod, or the API server's last response if that is newer.
func (e *entry) newest(cached *corev1.Pod) *corev1.Pod {
	if e.latest != nil {
		order, err := resourceversion.CompareResourceVersion(e.latest.ResourceVersion, cached.ResourceVersion)
		if err == nil && order > 0 {
			return e.latest
		}
		e.latest = nil
	}
	return cached
}

func (k *Kubelet) entry(name cache.ObjectName, pod *corev1.Pod) *entry {
	k.mu.Lock()
	defer k.mu.Unlock()
	e, known := k.entries[name]
	if !known || e.uid != pod.UID {
		if known {
			k.config.Addresses.free(e.uid)
			k.admission.Release(e.uid)
			k.certificates.Forget(e.uid)
		}
		e = &entry{uid: pod.UID}
		k.entries[name] = e
	}
	return e
}

// forget drops what is known of a deleted pod.
func (k *Kubelet) forget(name cache.ObjectName) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if e, known := k.entries[name]; known {
		k.config.Addresses.free(e.uid)
		k.admission.Release(e.uid)
		k.certificates.Forget(e.uid)
		k.creators.forgetPod(e.uid)
		k.config.Stages.ForgetPod(e.uid)
		delete(k.entries, name)
	}
}
