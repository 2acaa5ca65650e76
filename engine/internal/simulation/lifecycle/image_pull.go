package lifecycle

import (
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/kubelet/events"
	"k8s.io/kubernetes/pkg/kubelet/images"
)

// pullErrorShown is how long ErrImagePull is shown before ImagePullBackOff.
const pullErrorShown = 50 * time.Millisecond

// failPull shows both states between which a kubelet alternates: the failed pull, and the pause before
// the next one.
func (a *advance) failPull(spec *corev1.Container, c *container, behaviour Behaviour) {
	if spec.ImagePullPolicy == corev1.PullNever {
		a.refuseToPull(spec, c)
		return
	}
	cause := fmt.Sprintf("failed to pull and unpack image %q: %s", spec.Image, behaviour.PullError)
	if c.pullFailedAt.IsZero() {
		c.pullFailedAt = a.Now
		a.event(spec, corev1.EventTypeNormal, events.PullingImage, "Pulling image %q", spec.Image)
		a.event(spec, corev1.EventTypeWarning, events.FailedToPullImage, "Failed to pull image %q: %s", spec.Image, cause).Permanent = true
		a.wait(c, images.ErrImagePull.Error(), cause)
		a.failed(spec, images.ErrImagePull.Error())
		if missing := a.MissingPullSecrets(); len(missing) > 0 {
			a.event(nil, corev1.EventTypeWarning, "FailedToRetrieveImagePullSecret",
				"Unable to retrieve some image pull secrets (%s); attempting to pull the image may not succeed.", strings.Join(missing, ", "))
		}
	}
	pauseAt := c.pullFailedAt.Add(pullErrorShown)
	if a.Now.Before(pauseAt) {
		a.wakeAt(pauseAt)
		return
	}
	message := fmt.Sprintf("Back-off pulling image %q", spec.Image)
	if a.wait(c, images.ErrImagePullBackOff.Error(), fmt.Sprintf("%s: %s: %s", message, images.ErrImagePull, cause)) {
		a.event(spec, corev1.EventTypeNormal, events.BackOffPullImage, "%s", message)
		a.failed(spec, images.ErrImagePullBackOff.Error())
	}
}

// refuseToPull is about an image that may not be pulled, and is not on the node.
func (a *advance) refuseToPull(spec *corev1.Container, c *container) {
	message := fmt.Sprintf("Container image %q is not present with pull policy of Never", spec.Image)
	if a.wait(c, images.ErrImageNeverPull.Error(), message) {
		a.event(spec, corev1.EventTypeWarning, events.ErrImageNeverPullPolicy, "%s", message).Permanent = true
		a.failed(spec, images.ErrImageNeverPull.Error())
	}
}
