package lifecycle

import (
	"github.com/distribution/reference"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
)

const (
	reasonContainerCreating = "ContainerCreating"
	reasonPodInitializing   = "PodInitializing"
)

func (p *Pod) statuses(pod *corev1.Pod, world World, specs []corev1.Container, init bool) []corev1.ContainerStatus {
	var statuses []corev1.ContainerStatus
	for i := range specs {
		statuses = append(statuses, p.containerStatus(pod, world, &specs[i], init))
	}
	return statuses
}

func (p *Pod) containerStatus(pod *corev1.Pod, world World, spec *corev1.Container, init bool) corev1.ContainerStatus {
	status := corev1.ContainerStatus{Name: spec.Name, Image: spec.Image, Started: ptr.To(false), VolumeMounts: volumeMounts(spec)}
	c, known := p.containers[spec.Name]
	if !known {
		c = &container{}
	}
	status.RestartCount = max(0, c.runs-1)
	last := c.previous
	switch {
	case c.waiting != nil:
		status.State.Waiting = c.waiting
		last = c.run
	case c.run == nil:
		reason := reasonContainerCreating
		if len(pod.Spec.InitContainers) > 0 && !isEphemeral(pod, spec.Name) {
			reason = reasonPodInitializing
		}
		status.State.Waiting = &corev1.ContainerStateWaiting{Reason: reason}
	case c.run.Running():
		status.State.Running = &corev1.ContainerStateRunning{StartedAt: metav1.NewTime(c.run.StartedAt).Rfc3339Copy()}
		status.Started = ptr.To(isStarted(world, spec, c))
	default:
		status.State.Terminated = terminated(c.run)
	}
	if last != nil {
		status.LastTerminationState.Terminated = terminated(last)
	}
	if c.run != nil {
		status.ContainerID = c.run.ID
		status.User = user(pod, spec)
		status.ImageID = imageID(spec.Image)
		status.Resources = spec.Resources.DeepCopy()
		status.AllocatedResources = spec.Resources.Requests
	}
	status.Ready = p.isReady(world, spec, c, init)
	return status
}

func terminated(run *Run) *corev1.ContainerStateTerminated {
	return &corev1.ContainerStateTerminated{
		ExitCode:    run.ExitCode,
		Reason:      run.Reason,
		StartedAt:   metav1.NewTime(run.StartedAt).Rfc3339Copy(),
		FinishedAt:  metav1.NewTime(run.FinishedAt).Rfc3339Copy(),
		ContainerID: run.ID,
	}
}

// imageID names the image that a runtime would have pulled, without a digest, which is not known.
func imageID(image string) string {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return ""
	}
	return "simulated://" + reference.TagNameOnly(named).String()
}
