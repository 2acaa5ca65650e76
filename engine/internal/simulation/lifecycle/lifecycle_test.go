package lifecycle

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	"k8s.io/utils/ptr"

	"seatrial/engine/internal/simulation/environment"
)

var begin = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)

// trial advances one pod with a clock of its own.
type trial struct {
	t          *testing.T
	pod        *corev1.Pod
	life       Pod
	now        time.Time
	defaults   Defaults
	behaviours map[string]Behaviour
	config     map[string]string
	volumes    string
	events     []Event
	outcome    Outcome
}

var addresses = environment.Addresses{HostIP: "198.51.100.1", PodIP: "10.244.0.1"}

func newTrial(t *testing.T, pod *corev1.Pod) *trial {
	t.Helper()
	pod.Name, pod.Namespace, pod.UID, pod.Generation = "web", "default", "1234", 1
	pod.Spec.NodeName = "node-1"
	return &trial{t: t, pod: pod, now: begin, defaults: KubeletDefaults, behaviours: map[string]Behaviour{}, config: map[string]string{}}
}

func (tr *trial) world() World {
	return World{
		Now: tr.now, VolumeProblem: Problem{Message: tr.volumes},
		ConfigProblem:      func(container *corev1.Container) Problem { return Problem{Message: tr.config[container.Name]} },
		MissingPullSecrets: func() []string { return nil },
		Behaviour: func(container *corev1.Container) Behaviour {
			base := tr.defaults.Default(tr.pod, container, addresses, func() *int64 { return nil })
			if steered, known := tr.behaviours[container.Name]; known {
				steered.Backoff, steered.MaxBackoff = base.Backoff, base.MaxBackoff
				return steered
			}
			return base
		},
	}
}

// look advances the pod by a duration and stores its status, as the worker does.
func (tr *trial) look(after time.Duration) corev1.PodStatus {
	tr.t.Helper()
	tr.now = tr.now.Add(after)
	tr.outcome = tr.life.Advance(tr.pod, tr.world())
	tr.events = append(tr.events, tr.outcome.Events...)
	tr.pod.Status = tr.life.Status(tr.pod, tr.world(), addresses)
	return tr.pod.Status
}

// follow looks at every Wake until there is none or the limit has passed.
func (tr *trial) follow(limit time.Duration) corev1.PodStatus {
	tr.t.Helper()
	end := tr.now.Add(limit)
	tr.look(0)
	for looks := 0; !tr.outcome.Wake.IsZero() && !tr.outcome.Wake.After(end); looks++ {
		if looks > 1000 {
			tr.t.Fatalf("the pod does not become steady: %+v", tr.pod.Status)
		}
		tr.look(max(0, tr.outcome.Wake.Sub(tr.now)))
	}
	if tr.now.Before(end) {
		tr.look(end.Sub(tr.now))
	}
	return tr.pod.Status
}

func (tr *trial) reasons() []string {
	reasons := []string{}
	for _, event := range tr.events {
		reasons = append(reasons, event.Reason)
	}
	return reasons
}

func podOf(policy corev1.RestartPolicy, names ...string) *corev1.Pod {
	pod := &corev1.Pod{Spec: corev1.PodSpec{RestartPolicy: policy}}
	for _, name := range names {
		pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{Name: name, Image: "nginx"})
	}
	return pod
}

// state is the container's state in one word, and the restarts.
func state(status corev1.ContainerStatus) (string, int32) {
	switch {
	case status.State.Running != nil && status.Ready:
		return "ready", status.RestartCount
	case status.State.Running != nil:
		return "running", status.RestartCount
	case status.State.Terminated != nil:
		return status.State.Terminated.Reason, status.RestartCount
	case status.State.Waiting != nil:
		return status.State.Waiting.Reason, status.RestartCount
	}
	return "", status.RestartCount
}

func TestPodsEnd(t *testing.T) {
	fails := Behaviour{Source: "rule", Exits: true, ExitCode: 2}
	for _, test := range []struct {
		name       string
		pod        *corev1.Pod
		behaviours map[string]Behaviour
		phase      corev1.PodPhase
		state      string
		restarts   int32
	}{
		{"a container that is always restarted runs", podOf(corev1.RestartPolicyAlways, "main"), nil, corev1.PodRunning, "ready", 0},
		{"a container that is never restarted succeeds", podOf(corev1.RestartPolicyNever, "main"), nil, corev1.PodSucceeded, "Completed", 0},
		{"a container that is restarted on failure succeeds", podOf(corev1.RestartPolicyOnFailure, "main"), nil, corev1.PodSucceeded, "Completed", 0},
		{
			"a failure that is never restarted fails the pod", podOf(corev1.RestartPolicyNever, "main"),
			map[string]Behaviour{"main": fails}, corev1.PodFailed, "Error", 0,
		},
		{
			"one failure of two containers fails the pod", podOf(corev1.RestartPolicyNever, "main", "other"),
			map[string]Behaviour{"other": fails}, corev1.PodFailed, "Completed", 0,
		},
		{
			"a failure that is restarted waits in back-off", podOf(corev1.RestartPolicyOnFailure, "main"),
			map[string]Behaviour{"main": fails}, corev1.PodRunning, "CrashLoopBackOff", 1,
		},
		{
			"a success that is always restarted waits in back-off", podOf(corev1.RestartPolicyAlways, "main"),
			map[string]Behaviour{"main": {Source: "rule", Exits: true}}, corev1.PodRunning, "CrashLoopBackOff", 1,
		},
		{
			"a container that runs out of memory says so", podOf(corev1.RestartPolicyNever, "main"),
			map[string]Behaviour{"main": {Exits: true, ExitCode: 137, Reason: ReasonOOMKilled}}, corev1.PodFailed, ReasonOOMKilled, 0,
		},
		{
			"an image that cannot be pulled keeps the pod pending", podOf(corev1.RestartPolicyNever, "main"),
			map[string]Behaviour{"main": {PullError: "manifest unknown"}}, corev1.PodPending, "ImagePullBackOff", 0,
		},
		{
			"a container that never becomes ready runs", podOf(corev1.RestartPolicyAlways, "main"),
			map[string]Behaviour{"main": {NeverReady: true}}, corev1.PodRunning, "running", 0,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			trial := newTrial(t, test.pod)
			trial.behaviours = test.behaviours
			status := trial.follow(5 * time.Second)
			got, restarts := state(status.ContainerStatuses[0])
			if status.Phase != test.phase || got != test.state || restarts != test.restarts {
				t.Errorf("phase %s, container %s after %d restarts; events %v", status.Phase, got, restarts, trial.reasons())
			}
			if again := trial.look(0); len(trial.outcome.Events) > 0 || again.Phase != status.Phase {
				t.Errorf("a second look says %v", trial.outcome.Events)
			}
		})
	}
}

func TestBackOffDoublesUpToItsLimitAndEndsWithItsRule(t *testing.T) {
	trial := newTrial(t, podOf(corev1.RestartPolicyAlways, "main"))
	trial.behaviours["main"] = Behaviour{Source: "rule", Exits: true, ExitCode: 1}
	pauses := []time.Duration{}
	for looks := 0; len(pauses) < 8 && looks < 100; looks++ {
		status := trial.look(max(0, trial.outcome.Wake.Sub(trial.now)))
		if got, _ := state(status.ContainerStatuses[0]); got == "CrashLoopBackOff" {
			pauses = append(pauses, trial.outcome.Wake.Sub(trial.now))
		}
	}
	want := []time.Duration{10, 20, 40, 80, 160, 300, 300, 300}
	for i := range want {
		if len(pauses) != len(want) || pauses[i] != want[i]*time.Second {
			t.Fatalf("pauses %v", pauses)
		}
	}
	delete(trial.behaviours, "main")
	if got, restarts := state(trial.look(0).ContainerStatuses[0]); got != "ready" || restarts != 9 {
		t.Errorf("without the rule the container is %s after %d restarts", got, restarts)
	}
	if last := trial.pod.Status.ContainerStatuses[0].LastTerminationState.Terminated; last == nil || last.ExitCode != 1 {
		t.Errorf("last state %+v", last)
	}
}

func TestInitContainersRunInOrderAndSidecarsStayUntilTheEnd(t *testing.T) {
	pod := podOf(corev1.RestartPolicyNever, "main")
	pod.Spec.InitContainers = []corev1.Container{
		{Name: "first", Image: "busybox"},
		{Name: "sidecar", Image: "proxy", RestartPolicy: ptr.To(corev1.ContainerRestartPolicyAlways)},
		{Name: "last", Image: "busybox"},
	}
	trial := newTrial(t, pod)
	trial.behaviours["first"] = Behaviour{Exits: true, After: time.Second}
	status := trial.look(0)
	for index, want := range []string{"running", "PodInitializing", "PodInitializing"} {
		if got, _ := state(status.InitContainerStatuses[index]); got != want {
			t.Errorf("init container %d is %s, not %s", index, got, want)
		}
	}
	if got, _ := state(status.ContainerStatuses[0]); got != "PodInitializing" || status.Phase != corev1.PodPending {
		t.Errorf("phase %s, main is %s", status.Phase, got)
	}
	if _, condition := podutil.GetPodCondition(&status, corev1.PodInitialized); condition.Message != "containers with incomplete status: [first sidecar last]" {
		t.Errorf("condition %+v", condition)
	}
	status = trial.look(time.Second)
	if got, _ := state(status.InitContainerStatuses[1]); got != "ready" || status.Phase != corev1.PodRunning {
		t.Errorf("phase %s, sidecar is %s", status.Phase, got)
	}
	status = trial.follow(time.Second)
	if got, _ := state(status.InitContainerStatuses[1]); got != "Completed" || status.Phase != corev1.PodSucceeded {
		t.Errorf("phase %s, sidecar is %s", status.Phase, got)
	}
}

func TestAFailedInitContainerEndsOrBlocksThePod(t *testing.T) {
	for policy, want := range map[corev1.RestartPolicy]corev1.PodPhase{
		corev1.RestartPolicyNever: corev1.PodFailed, corev1.RestartPolicyAlways: corev1.PodPending,
	} {
		pod := podOf(policy, "main")
		pod.Spec.InitContainers = []corev1.Container{{Name: "init", Image: "busybox"}}
		trial := newTrial(t, pod)
		trial.behaviours["init"] = Behaviour{Source: "rule", Exits: true, ExitCode: 1}
		status := trial.follow(5 * time.Second)
		if run, _ := trial.life.Container("main"); status.Phase != want || run != nil {
			t.Errorf("with %s the phase is %s, main %+v", policy, status.Phase, run)
		}
	}
}

func TestAContainerWaitsForItsVolumesAndReferences(t *testing.T) {
	trial := newTrial(t, podOf(corev1.RestartPolicyAlways, "main", "other"))
	trial.volumes = "MountVolume.SetUp failed"
	status := trial.look(0)
	if got, _ := state(status.ContainerStatuses[0]); got != "ContainerCreating" || status.PodIP != "" {
		t.Errorf("main is %s, the pod has address %q", got, status.PodIP)
	}
	trial.volumes, trial.config["main"] = "", `secret "x" not found`
	status = trial.look(time.Second)
	if got, _ := state(status.ContainerStatuses[0]); got != "CreateContainerConfigError" || status.Phase != corev1.PodPending {
		t.Errorf("phase %s, main is %s", status.Phase, got)
	}
	if got, _ := state(status.ContainerStatuses[1]); got != "ready" {
		t.Errorf("other is %s", got)
	}
	delete(trial.config, "main")
	if status = trial.look(time.Second); status.Phase != corev1.PodRunning || !podutil.IsPodReady(trial.pod) {
		t.Errorf("status %+v", status)
	}
}

func TestAnInvalidImageNameIsRejected(t *testing.T) {
	pod := podOf(corev1.RestartPolicyAlways, "main")
	pod.Spec.Containers[0].Image = "Nginx:latest:2"
	trial := newTrial(t, pod)
	if got, _ := state(trial.look(0).ContainerStatuses[0]); got != "InvalidImageName" {
		t.Errorf("main is %s", got)
	}
}

func TestReadinessFollowsTimeAndGates(t *testing.T) {
	pod := podOf(corev1.RestartPolicyAlways, "main")
	pod.Spec.ReadinessGates = []corev1.PodReadinessGate{{ConditionType: "example.com/open"}}
	trial := newTrial(t, pod)
	trial.behaviours["main"] = Behaviour{ReadyAfter: time.Minute}
	if status := trial.look(0); status.ContainerStatuses[0].Ready || !trial.outcome.Wake.Equal(begin.Add(time.Minute)) {
		t.Errorf("wakes at %s with %+v", trial.outcome.Wake, status.ContainerStatuses[0])
	}
	status := trial.look(time.Minute)
	if _, ready := podutil.GetPodCondition(&status, corev1.PodReady); !status.ContainerStatuses[0].Ready || ready.Reason != "ReadinessGatesNotReady" {
		t.Errorf("condition %+v", ready)
	}
	trial.pod.Status.Conditions = append(trial.pod.Status.Conditions, corev1.PodCondition{Type: "example.com/open", Status: corev1.ConditionTrue})
	if trial.look(0); !podutil.IsPodReady(trial.pod) {
		t.Errorf("conditions %+v", trial.pod.Status.Conditions)
	}
	if _, kept := podutil.GetPodCondition(&trial.pod.Status, "example.com/open"); kept == nil {
		t.Error("a condition of somebody else is lost")
	}
}

func TestADeletedPodStopsWithinItsGracePeriod(t *testing.T) {
	for takes, want := range map[time.Duration]int32{0: 143, 5 * time.Second: 143, time.Minute: 137} {
		trial := newTrial(t, podOf(corev1.RestartPolicyAlways, "main"))
		trial.behaviours["main"] = Behaviour{StopAfter: takes}
		trial.look(0)
		trial.pod.DeletionTimestamp, trial.pod.DeletionGracePeriodSeconds = &metav1.Time{Time: trial.now}, ptr.To[int64](30)
		trial.look(0)
		if trial.outcome.Gone != (takes == 0) {
			t.Errorf("a container that takes %s: gone is %t at once", takes, trial.outcome.Gone)
		}
		status := trial.look(min(takes, 30*time.Second))
		if run, _ := trial.life.Container("main"); !trial.outcome.Gone || run.ExitCode != want || status.Phase != corev1.PodFailed {
			t.Errorf("a container that takes %s ends with %d, phase %s, gone is %t", takes, run.ExitCode, status.Phase, trial.outcome.Gone)
		}
	}
}

func TestADeadlineFailsThePod(t *testing.T) {
	pod := podOf(corev1.RestartPolicyAlways, "main")
	pod.Spec.ActiveDeadlineSeconds = ptr.To[int64](5)
	trial := newTrial(t, pod)
	if trial.look(4 * time.Second); trial.life.Ended() {
		t.Error("the pod has ended before its deadline")
	}
	if status := trial.look(5 * time.Second); status.Phase != corev1.PodFailed || status.Reason != "DeadlineExceeded" {
		t.Errorf("phase %s, reason %s", status.Phase, status.Reason)
	}
}

func TestAnEvictionEndsThePodAfterItsTime(t *testing.T) {
	trial := newTrial(t, podOf(corev1.RestartPolicyNever, "main"))
	trial.behaviours["main"] = Behaviour{Evicted: true, After: time.Second}
	if status := trial.look(0); status.Phase != corev1.PodRunning || !trial.outcome.Wake.Equal(trial.now.Add(time.Second)) {
		t.Errorf("phase %s, to be looked at again at %s", status.Phase, trial.outcome.Wake)
	}
	status := trial.look(time.Second)
	const message = "The node was low on resource: memory. Threshold quantity: 100Mi, available: 0. "
	if status.Phase != corev1.PodFailed || status.Reason != "Evicted" || status.Message != message {
		t.Errorf("phase %s, reason %s, message %q", status.Phase, status.Reason, status.Message)
	}
	_, condition := podutil.GetPodCondition(&status, corev1.DisruptionTarget)
	if condition == nil || condition.Status != corev1.ConditionTrue || condition.Reason != "TerminationByKubelet" || condition.Message != message {
		t.Errorf("condition %+v", condition)
	}
	if run, _ := trial.life.Container("main"); run.Running() || run.ExitCode != 137 {
		t.Errorf("the container's run is %+v", run)
	}
	if reasons := strings.Join(trial.reasons(), " "); !strings.HasSuffix(reasons, "Started Evicted Killing") {
		t.Errorf("events %s", reasons)
	}
}

func TestAStatusChangesOnlyWhenThePodDoes(t *testing.T) {
	trial := newTrial(t, podOf(corev1.RestartPolicyAlways, "main"))
	first := trial.look(0)
	second := trial.look(time.Hour)
	for i := range first.Conditions {
		if !first.Conditions[i].LastTransitionTime.Equal(&second.Conditions[i].LastTransitionTime) {
			t.Errorf("condition %s has changed at %s", first.Conditions[i].Type, second.Conditions[i].LastTransitionTime)
		}
	}
}
