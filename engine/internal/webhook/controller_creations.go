package webhook

import (
	"context"
	"sync"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/admission"
)

// Helm writes this annotation to every object of a release, and controllers never do.
const releaseNameAnnotation = "meta.helm.sh/release-name"

// controllerCreations delays what controllers create in a namespace while Helm applies a manifest with
// webhook configurations there. Helm applies the configurations last. Whether a Deployment's Pods are
// created before their webhook is in effect would depend on the load of the machine; with the delay, they
// always meet the webhook, as every later Pod of the Deployment does.
type controllerCreations struct {
	mutex   sync.Mutex
	delayed map[string]*delayedNamespace
}

type delayedNamespace struct {
	holders int
	ended   chan struct{}
}

func newControllerCreations() *controllerCreations {
	return &controllerCreations{delayed: map[string]*delayedNamespace{}}
}

// DelayControllers delays the creations of controllers in a namespace until the returned function is called.
func (s *Simulator) DelayControllers(namespace string) (end func()) {
	return s.creations.delay(namespace)
}

func (c *controllerCreations) delay(namespace string) (end func()) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	found := c.delayed[namespace]
	if found == nil {
		found = &delayedNamespace{ended: make(chan struct{})}
		c.delayed[namespace] = found
	}
	found.holders++
	return sync.OnceFunc(func() {
		c.mutex.Lock()
		defer c.mutex.Unlock()
		if found.holders--; found.holders == 0 {
			delete(c.delayed, namespace)
			close(found.ended)
		}
	})
}

// wait returns when the request is not, or no longer, to be delayed.
func (c *controllerCreations) wait(ctx context.Context, request admission.Attributes) {
	if request.GetOperation() != admission.Create || request.GetSubresource() != "" {
		return
	}
	c.mutex.Lock()
	found := c.delayed[request.GetNamespace()]
	c.mutex.Unlock()
	if found == nil || !isCreatedByController(request) {
		return
	}
	select {
	case <-found.ended:
	case <-ctx.Done():
	}
}

func isCreatedByController(request admission.Attributes) bool {
	object, err := meta.Accessor(request.GetObject())
	if err != nil || metav1.GetControllerOf(object) == nil {
		return false
	}
	_, isOfRelease := object.GetAnnotations()[releaseNameAnnotation]
	return !isOfRelease
}
