package lifecycle

import (
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/kubelet/events"
	"k8s.io/kubernetes/pkg/kubelet/images"
)

var reasonImagePullBackOff = images.ErrImagePullBackOff.Error()

// pullErrorShown is how long ErrImagePull is shown before ImagePullBackOff.
const pullErrorShown = 50 * time.Millisecond

// failPull shows both states between which a kubelet alternates: the failed pull, and the pause before
// the next one.
func (a *advance) failPull(spec *corev1.Container, c *container, behaviour Behaviour) {
	cause := fmt.Sprintf("failed to pull and unpack image %q: %s", spec.Image, behaviour.PullError)
	if c.pullFailedAt.IsZero() {
		c.pullFailedAt = a.Now
		a.event(spec, corev1.EventTypeNormal, events.PullingImage, "Pulling image %q", spec.Image)
		a.event(spec, corev1.EventTypeWarning, events.FailedToPullImage, "Failed to pull image %q: %s", spec.Image, cause).Permanent = true
		a.wait(spec, c, corev1.EventTypeWarning, events.FailedToPullImage, images.ErrImagePull.Error(), Problem{Message: cause})
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
	message := fmt.Sprintf("Back-off pulling image %q: %s: %s", spec.Image, images.ErrImagePull, cause)
	a.wait(spec, c, corev1.EventTypeNormal, events.BackOffPullImage, reasonImagePullBackOff, Problem{Message: message})
}
