package lifecycle

import (
	corev1 "k8s.io/api/core/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
)

// finalPhase returns the phase of a pod in which no container will run again; empty for other pods.
func (a *advance) finalPhase() corev1.PodPhase {
	for i := range a.pod.Spec.InitContainers {
		spec := &a.pod.Spec.InitContainers[i]
		if run := a.container(spec.Name).run; !podutil.IsRestartableInitContainer(spec) && run != nil && !run.Running() &&
			run.ExitCode != 0 && !podutil.ContainerShouldRestart(*spec, a.pod.Spec, run.ExitCode) {
			return corev1.PodFailed
		}
	}
	phase := corev1.PodSucceeded
	for i := range a.pod.Spec.Containers {
		spec := &a.pod.Spec.Containers[i]
		run := a.container(spec.Name).run
		if run == nil || run.Running() || podutil.ContainerShouldRestart(*spec, a.pod.Spec, run.ExitCode) {
			return ""
		}
		if run.ExitCode != 0 {
			phase = corev1.PodFailed
		}
	}
	return phase
}

// currentPhase returns the phase to report: a pod is running once each of its containers has started.
func (p *Pod) currentPhase(pod *corev1.Pod) corev1.PodPhase {
	if p.phase != "" {
		return p.phase
	}
	for i := range pod.Spec.Containers {
		if c, known := p.containers[pod.Spec.Containers[i].Name]; !known || c.runs == 0 {
			return corev1.PodPending
		}
	}
	return corev1.PodRunning
}
