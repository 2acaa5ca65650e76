package kubelet

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"seatrial/engine/internal/simulation/lifecycle"
)

// keyed is a kind of objects with values by key.
type keyed struct{ kind, resource string }

var (
	secrets    = keyed{"Secret", "secrets"}
	configMaps = keyed{"ConfigMap", "configmaps"}
)

// finder looks up what a pod refers to.
type finder interface {
	keys(ctx context.Context, of keyed, namespace, name string) (keySet, error)
	claim(ctx context.Context, namespace, name string) (*corev1.PersistentVolumeClaim, error)
}

// reference is a reference to an object with keys, and to some of its keys.
type reference struct {
	of       keyed
	name     string
	keys     []string
	optional *bool
}

// problem returns a kubelet's problem with an object that does not exist, or with the first key that it
// does not have.
func (r reference) problem(ctx context.Context, find finder, namespace string, missingKey func(key string) string) lifecycle.Problem {
	keys, err := find.keys(ctx, r.of, namespace, r.name)
	switch {
	case err != nil:
		return lifecycle.Problem{Message: err.Error()}
	case ptr.Deref(r.optional, false):
		return lifecycle.Problem{}
	case !keys.exists:
		return lifecycle.Problem{
			Message: fmt.Sprintf("%s %q not found", strings.ToLower(r.of.kind), r.name),
			Missing: &lifecycle.Reference{Kind: r.of.kind, Name: r.name},
		}
	}
	for _, key := range r.keys {
		if !keys.has(key) {
			return lifecycle.Problem{
				Message: missingKey(key),
				Missing: &lifecycle.Reference{Kind: r.of.kind, Name: r.name, Key: key},
			}
		}
	}
	return lifecycle.Problem{}
}
