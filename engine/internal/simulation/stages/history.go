package stages

import (
	"slices"
	"sync"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/cache"
)

const maxProblems = 20

// history is what an applied Stage has done so far.
type history struct {
	mu       sync.Mutex
	plays    int
	objects  []string
	isObject map[string]bool
	problems []string
}

func (h *history) addPlay() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.plays++
}

func (h *history) addObject(object *unstructured.Unstructured) {
	name := cache.ObjectName{Namespace: object.GetNamespace(), Name: object.GetName()}.String()
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.isObject[name] {
		if h.isObject == nil {
			h.isObject = map[string]bool{}
		}
		h.isObject[name] = true
		h.objects = append(h.objects, name)
	}
}

func (h *history) addProblem(problem string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.problems) < maxProblems && !slices.Contains(h.problems, problem) {
		h.problems = append(h.problems, problem)
	}
}

func (h *history) copyTo(applied *Applied) {
	h.mu.Lock()
	defer h.mu.Unlock()
	applied.Plays = h.plays
	applied.Objects = append([]string{}, h.objects...)
	applied.Problems = slices.Clone(h.problems)
}
