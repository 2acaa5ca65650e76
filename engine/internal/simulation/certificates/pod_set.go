package certificates

import (
	"maps"
	"slices"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
)

// podSet has the pods of one node that have a certificate. It is the pod manager of upstream's manager.
type podSet struct {
	mu    sync.RWMutex
	byUID map[types.UID]*corev1.Pod
}

func newPodSet() *podSet { return &podSet{byUID: map[types.UID]*corev1.Pod{}} }

func (s *podSet) add(pod *corev1.Pod) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.byUID[pod.UID] = pod
}

// remove returns the pod that was removed, and whether it was the last one.
func (s *podSet) remove(uid types.UID) (pod *corev1.Pod, isLast bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	pod = s.byUID[uid]
	delete(s.byUID, uid)
	return pod, len(s.byUID) == 0
}

// GetPodByUID is upstream's.
func (s *podSet) GetPodByUID(uid types.UID) (*corev1.Pod, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	pod, known := s.byUID[uid]
	return pod, known
}

// GetPods is upstream's.
func (s *podSet) GetPods() []*corev1.Pod {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Collect(maps.Values(s.byUID))
}
