package lifecycle

import (
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
)

func TestADeletedPodEndsAfterItsPreStopHook(t *testing.T) {
	exec := func(command ...string) corev1.LifecycleHandler {
		return corev1.LifecycleHandler{Exec: &corev1.ExecAction{Command: command}}
	}
	for name, test := range map[string]struct {
		hook  corev1.LifecycleHandler
		grace int64
		takes time.Duration
		fails bool
	}{
		"a sleep":            {corev1.LifecycleHandler{Sleep: &corev1.SleepAction{Seconds: 10}}, 30, time.Second, false},
		"a command":          {exec("sleep", "10"), 30, time.Second, false},
		"a variable":         {exec("sh", "-c", "sleep $DRAIN"), 30, time.Second, false},
		"a long command":     {exec("sleep", "300"), 30, 3 * time.Second, false},
		"an endless command": {exec("sleep", "infinity"), 30, 3 * time.Second, false},
		"an unknown command": {exec("/wait-shutdown"), 30, 0, false},
		"a failing command":  {exec("false"), 30, 0, true},
		"no grace period":    {exec("false"), 0, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			tr := probed(t, func(container *corev1.Container) {
				container.Env = []corev1.EnvVar{{Name: "DRAIN", Value: "10"}}
				container.Lifecycle = &corev1.Lifecycle{PreStop: &test.hook}
			})
			tr.defaults.Scale = 0.1
			tr.look(0)
			tr.pod.DeletionTimestamp, tr.pod.DeletionGracePeriodSeconds = &metav1.Time{Time: tr.now}, ptr.To(test.grace)
			if tr.look(0); tr.outcome.Gone != (test.takes == 0) {
				t.Errorf("gone is %t at once", tr.outcome.Gone)
			}
			if tr.look(max(0, test.takes-time.Millisecond)); tr.outcome.Gone != (test.takes == 0) {
				t.Errorf("gone is %t before %s", tr.outcome.Gone, test.takes)
			}
			tr.look(time.Millisecond)
			if run, _ := tr.life.Container("app"); !tr.outcome.Gone || run.ExitCode != exitCodeTerminated {
				t.Errorf("it ends with %d, gone is %t", run.ExitCode, tr.outcome.Gone)
			}
			if failed := slices.Contains(tr.reasons(), "FailedPreStopHook"); failed != test.fails {
				t.Errorf("events %v", tr.reasons())
			}
		})
	}
}
