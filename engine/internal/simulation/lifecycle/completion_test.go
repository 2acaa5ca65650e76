package lifecycle

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"
)

func TestAContainerThatIsNeverRestartedRunsInAPodThatServes(t *testing.T) {
	for policy, isReady := range map[corev1.RestartPolicy]bool{
		corev1.RestartPolicyAlways: true,
		corev1.RestartPolicyNever:  false,
	} {
		t.Run(string(policy), func(t *testing.T) {
			pod := &corev1.Pod{Spec: corev1.PodSpec{RestartPolicy: policy, Containers: []corev1.Container{
				{Name: "web", Image: "web", RestartPolicy: ptr.To(corev1.ContainerRestartPolicyNever)},
			}}}
			status := newTrial(t, pod).follow(time.Minute)
			if running := status.Phase == corev1.PodRunning && status.ContainerStatuses[0].Ready; running != isReady {
				t.Errorf("the status is %+v", status)
			}
		})
	}
}
