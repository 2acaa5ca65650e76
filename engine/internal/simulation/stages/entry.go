package stages

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/resourceversion"
)

// A Stage without a delay that selects what it has just written would be played forever.
const maxRepeats = 50

// entry is what the Player remembers of one object. The queue gives an object to one worker at a time.
type entry struct {
	uid types.UID
	// latest is the API server's last response, which may be newer than the cached object.
	latest *unstructured.Unstructured
	// pending is the Stage that is to be played when it is due, beginning with this step.
	pending *stage
	due     time.Time
	step    int
	// steadyVersion is the version of the object at which there was nothing to play, and steadyLooks
	// the value of looksAt at that time.
	steadyVersion string
	steadyLooks   int
	// last is the Stage that was played last, and repeats how often in a row without a delay.
	last    *stage
	repeats int
	// dependents are deleted after the object is.
	dependents []dependent
}

// markSteady ends the work on an object until it changes or other Stages apply to it.
func (e *entry) markSteady(object *unstructured.Unstructured, looks int) {
	e.pending, e.step = nil, 0
	e.steadyVersion, e.steadyLooks = object.GetResourceVersion(), looks
}

func (e *entry) isSteady(object *unstructured.Unstructured, looks int) bool {
	return e.steadyVersion == object.GetResourceVersion() && e.steadyLooks == looks
}

// countRepeat returns an error when a Stage was played too often in a row on the object.
func (e *entry) countRepeat(s *stage) error {
	if e.last != s {
		e.last, e.repeats = s, 0
	}
	e.repeats++
	if e.repeats <= maxRepeats {
		return nil
	}
	return &stageError{s, "spec.selector", fmt.Errorf(
		"it still selects the object after the Stage was played %d times on it in a row without a delay", maxRepeats)}
}

// newest returns the cached object, or the API server's last response if that is newer.
func (e *entry) newest(cached *unstructured.Unstructured) *unstructured.Unstructured {
	if e.latest != nil {
		order, err := resourceversion.CompareResourceVersion(e.latest.GetResourceVersion(), cached.GetResourceVersion())
		if err == nil && order > 0 {
			return e.latest
		}
		e.latest = nil
	}
	return cached
}
