package lifecycle

import (
	"reflect"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"
)

func execProbe(command ...string) *corev1.Probe {
	return &corev1.Probe{
		ProbeHandler:     corev1.ProbeHandler{Exec: &corev1.ExecAction{Command: command}},
		PeriodSeconds:    10,
		TimeoutSeconds:   1,
		FailureThreshold: 3, SuccessThreshold: 1,
	}
}

// probed is a trial whose only container is changed.
func probed(t *testing.T, change func(*corev1.Container)) *trial {
	t.Helper()
	pod := podOf(corev1.RestartPolicyAlways, "app")
	change(&pod.Spec.Containers[0])
	return newTrial(t, pod)
}

func (tr *trial) container() corev1.ContainerStatus { return tr.pod.Status.ContainerStatuses[0] }

func (tr *trial) isReadyAndStarted() (bool, bool) {
	return tr.container().Ready, ptr.Deref(tr.container().Started, false)
}

func TestInitialDelaysDelayReadinessByTheScale(t *testing.T) {
	for scale, seconds := range map[float64]time.Duration{1: time.Second, 0.01: 10 * time.Millisecond} {
		tr := probed(t, func(container *corev1.Container) {
			container.StartupProbe = &corev1.Probe{InitialDelaySeconds: 10}
			container.ReadinessProbe = &corev1.Probe{InitialDelaySeconds: 30, PeriodSeconds: 5, SuccessThreshold: 3}
			container.LivenessProbe = &corev1.Probe{InitialDelaySeconds: 900}
		})
		tr.defaults.Scale = scale
		for _, step := range []struct {
			after          time.Duration
			ready, started bool
		}{{0, false, false}, {9, false, false}, {1, false, true}, {29, false, true}, {1, true, true}} {
			tr.look(step.after * seconds)
			if ready, started := tr.isReadyAndStarted(); ready != step.ready || started != step.started {
				t.Errorf("scale %v, after %s: ready %v, started %v, want %+v", scale, tr.now.Sub(begin), ready, started, step)
			}
			if !step.ready && (tr.outcome.Wake.IsZero() || !tr.outcome.Wake.After(tr.now)) {
				t.Errorf("scale %v, after %s: it wakes at %s", scale, tr.now.Sub(begin), tr.outcome.Wake)
			}
		}
	}
}

func TestASidecarStartsTheOtherContainersWhenItHasStarted(t *testing.T) {
	pod := podOf(corev1.RestartPolicyAlways, "app")
	pod.Spec.InitContainers = []corev1.Container{{
		Name: "proxy", Image: "proxy", RestartPolicy: ptr.To(corev1.ContainerRestartPolicyAlways),
		StartupProbe: &corev1.Probe{InitialDelaySeconds: 10},
	}}
	tr := newTrial(t, pod)
	if before, _ := state(tr.look(0).ContainerStatuses[0]); before != "PodInitializing" {
		t.Errorf("before the sidecar has started: %s", before)
	}
	if after, _ := state(tr.look(100 * time.Millisecond).ContainerStatuses[0]); after != "ready" {
		t.Errorf("after the sidecar has started: %s", after)
	}
}

func TestProbesThatCannotSucceed(t *testing.T) {
	byName := func(name string) *corev1.Probe {
		return &corev1.Probe{ProbeHandler: corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Port: intstr.FromString(name)}}}
	}
	for name, test := range map[string]struct {
		change         func(*corev1.Container)
		ready, started bool
		restartsAfter  time.Duration
		failure        ProbeFailure
	}{
		"readiness": {
			func(c *corev1.Container) { c.ReadinessProbe = execProbe("sh", "-c", "exit 2") }, false, true, 0,
			ProbeFailure{`Readiness probe failed: simulated: "sh -c exit 2" exits with 2`, true},
		},
		"readiness, by a variable": {
			func(c *corev1.Container) {
				c.Env = []corev1.EnvVar{{Name: "MODE", Value: "slow"}}
				c.ReadinessProbe = execProbe("sh", "-c", "test $MODE = fast")
			}, false, true, 0,
			ProbeFailure{`Readiness probe failed: simulated: "sh -c test $MODE = fast" exits with 1`, true},
		},
		"readiness that takes too long": {
			func(c *corev1.Container) { c.ReadinessProbe = execProbe("sleep", "5") }, false, true, 0,
			ProbeFailure{`Readiness probe failed: command timed out: "sleep 5" timed out after 1s`, true},
		},
		"readiness, by port": {
			func(c *corev1.Container) { c.ReadinessProbe = byName("http") }, false, true, 0,
			ProbeFailure{`Readiness probe errored and resulted in unknown state: port "http" not found`, true},
		},
		"startup": {
			func(c *corev1.Container) { c.StartupProbe = execProbe("false") }, false, false, 20 * time.Second,
			ProbeFailure{`Startup probe failed: simulated: "false" exits with 1`, true},
		},
		"startup, by port": {
			func(c *corev1.Container) { c.StartupProbe = byName("http") }, false, false, 0,
			ProbeFailure{`Startup probe errored and resulted in unknown state: port "http" not found`, true},
		},
		"liveness": {
			func(c *corev1.Container) {
				c.LivenessProbe = execProbe("false")
				c.LivenessProbe.InitialDelaySeconds = 5
			}, true, true, 25 * time.Second, ProbeFailure{`Liveness probe failed: simulated: "false" exits with 1`, false},
		},
		"liveness, by port": {
			func(c *corev1.Container) { c.LivenessProbe = byName("http") }, true, true, 0,
			ProbeFailure{`Liveness probe errored and resulted in unknown state: port "http" not found`, false},
		},
	} {
		t.Run(name, func(t *testing.T) {
			tr := probed(t, test.change)
			tr.follow(19 * time.Second)
			if ready, started := tr.isReadyAndStarted(); ready != test.ready || started != test.started {
				t.Errorf("ready %v, started %v", ready, started)
			}
			failure := slices.IndexFunc(tr.events, func(event Event) bool { return event.Reason == "Unhealthy" })
			if failure < 0 || tr.events[failure].Message != test.failure.Message || tr.events[failure].Permanent != test.failure.Permanent {
				t.Errorf("events %+v", tr.events)
			}
			tr.follow(20 * time.Second)
			if killed := slices.Contains(tr.reasons(), "Killing"); killed != (test.restartsAfter > 0) {
				t.Errorf("events %v", tr.reasons())
			}
			if last := tr.container().LastTerminationState.Terminated; test.restartsAfter > 0 &&
				(last == nil || last.ExitCode != exitCodeTerminated || last.FinishedAt.Sub(last.StartedAt.Time) != test.restartsAfter) {
				t.Errorf("the last run %+v", last)
			}
		})
	}
}

func TestAContainerEndsWhenItsPostStartHookFails(t *testing.T) {
	tr := probed(t, func(container *corev1.Container) {
		container.Lifecycle = &corev1.Lifecycle{PostStart: &corev1.LifecycleHandler{Exec: &corev1.ExecAction{Command: []string{"false"}}}}
	})
	tr.follow(time.Second)
	if got, restarts := state(tr.container()); got != "CrashLoopBackOff" || restarts != 1 || !slices.Contains(tr.reasons(), "FailedPostStartHook") {
		t.Errorf("%s after %d restarts, events %v", got, restarts, tr.reasons())
	}
}

func TestSleepsAreShortenedWhereAContainerHasToEnd(t *testing.T) {
	for name, test := range map[string]struct {
		policy   corev1.RestartPolicy
		command  []string
		deadline *int64
		want     Behaviour
	}{
		"a job":              {corev1.RestartPolicyNever, []string{"sleep", "30"}, nil, Behaviour{Exits: true, After: 300 * time.Millisecond}},
		"a short sleep":      {corev1.RestartPolicyNever, []string{"sleep", "1"}, nil, Behaviour{Exits: true, After: 20 * time.Millisecond}},
		"a long sleep":       {corev1.RestartPolicyNever, []string{"sleep", "300"}, nil, Behaviour{Exits: true, After: 5 * time.Minute}},
		"a deadline":         {corev1.RestartPolicyNever, []string{"sleep", "30"}, ptr.To[int64](20), Behaviour{Exits: true, After: 30 * time.Second}},
		"a later deadline":   {corev1.RestartPolicyNever, []string{"sleep", "30"}, ptr.To[int64](60), Behaviour{Exits: true, After: 300 * time.Millisecond}},
		"a server":           {corev1.RestartPolicyAlways, []string{"sleep", "30"}, nil, Behaviour{Exits: true, After: 30 * time.Second}},
		"a failing server":   {corev1.RestartPolicyAlways, []string{"false"}, nil, Behaviour{Exits: true, ExitCode: 1, After: 20 * time.Millisecond}},
		"no end":             {corev1.RestartPolicyNever, []string{"sleep", "inf"}, nil, Behaviour{}},
		"an unknown program": {corev1.RestartPolicyNever, []string{"/migrate"}, nil, Behaviour{Exits: true, After: 20 * time.Millisecond}},
	} {
		t.Run(name, func(t *testing.T) {
			pod := podOf(test.policy, "app")
			pod.Spec.Containers[0].Command = test.command
			got := KubeletDefaults.Default(pod, &pod.Spec.Containers[0], addresses, func() *int64 { return test.deadline })
			if got.Exits != test.want.Exits || got.After != test.want.After || got.ExitCode != test.want.ExitCode {
				t.Errorf("%+v, want %+v", got, test.want)
			}
		})
	}
}

func TestStatusesHaveTheContainersUserAndMounts(t *testing.T) {
	pod := podOf(corev1.RestartPolicyAlways, "app", "root", "image")
	pod.Spec.SecurityContext = &corev1.PodSecurityContext{FSGroup: ptr.To[int64](2000), SupplementalGroups: []int64{3000, 2000}}
	pod.Spec.Containers[0].SecurityContext = &corev1.SecurityContext{RunAsUser: ptr.To[int64](1000), RunAsGroup: ptr.To[int64](4000)}
	pod.Spec.Containers[2].SecurityContext = &corev1.SecurityContext{RunAsNonRoot: ptr.To(true)}
	pod.Spec.Containers[0].VolumeMounts = []corev1.VolumeMount{
		{Name: "data", MountPath: "/data"}, {Name: "settings", MountPath: "/etc/app", ReadOnly: true},
	}
	statuses := newTrial(t, pod).look(0).ContainerStatuses
	users := []*corev1.ContainerUser{
		{Linux: &corev1.LinuxContainerUser{UID: 1000, GID: 4000, SupplementalGroups: []int64{2000, 3000, 4000}}},
		{Linux: &corev1.LinuxContainerUser{UID: 0, GID: 0, SupplementalGroups: []int64{0, 2000, 3000}}},
		nil,
	}
	for index, user := range users {
		if !reflect.DeepEqual(statuses[index].User, user) {
			t.Errorf("%s: user %+v", statuses[index].Name, statuses[index].User)
		}
	}
	if mounts := statuses[0].VolumeMounts; !reflect.DeepEqual(mounts, []corev1.VolumeMountStatus{
		{Name: "data", MountPath: "/data"},
		{Name: "settings", MountPath: "/etc/app", ReadOnly: true, RecursiveReadOnly: ptr.To(corev1.RecursiveReadOnlyDisabled)},
	}) {
		t.Errorf("mounts %+v", mounts)
	}
}
