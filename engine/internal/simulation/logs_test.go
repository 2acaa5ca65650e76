package simulation

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	"k8s.io/utils/ptr"

	"seatrial/engine/internal/simulation/rules"
)

func logsOf(t *testing.T, namespace, pod string, options corev1.PodLogOptions) (string, error) {
	t.Helper()
	stream, err := cluster.CoreV1().Pods(namespace).GetLogs(pod, &options).Stream(cluster.ctx)
	if err != nil {
		return "", err
	}
	defer func() { _ = stream.Close() }()
	content, err := io.ReadAll(stream)
	return string(content), err
}

func TestTheDefaultLogSaysThatTheContainerIsSimulated(t *testing.T) {
	namespace := newNamespace(t)
	createPod(t, namespace, "web", podSpec(corev1.RestartPolicyAlways))
	podBecomes(t, namespace, "web", "ready", podutil.IsPodReady)
	log, err := logsOf(t, namespace, "web", corev1.PodLogOptions{})
	if err != nil || !strings.Contains(log, "this container is simulated") || !strings.Contains(log, "registry.example.com/app:1.0") {
		t.Errorf("it is %q, %v", log, err)
	}
}

func TestARuleSetsTheLog(t *testing.T) {
	namespace := newNamespace(t)
	apply(t, namespace, rules.Rule{
		Selector: rules.Selector{Kind: "Pod", Name: "migrate"},
		Effect:   rules.Effect{Logs: ptr.To("first\nsecond\nthird"), ExitCode: ptr.To[int32](1)},
	})
	createPod(t, namespace, "migrate", podSpec(corev1.RestartPolicyNever))
	podBecomes(t, namespace, "migrate", "failed", inPhase(corev1.PodFailed))
	for want, options := range map[string]corev1.PodLogOptions{
		"first\nsecond\nthird\n": {},
		"third\n":                {TailLines: ptr.To[int64](1)},
		"fir":                    {LimitBytes: ptr.To[int64](3)},
		"":                       {TailLines: ptr.To[int64](0)},
	} {
		if log, err := logsOf(t, namespace, "migrate", options); err != nil || log != want {
			t.Errorf("with %+v it is %q, %v; want %q", options, log, err, want)
		}
	}
	log, err := logsOf(t, namespace, "migrate", corev1.PodLogOptions{Timestamps: true})
	stamp, text, _ := strings.Cut(strings.SplitN(log, "\n", 2)[0], " ")
	if _, parseErr := time.Parse(time.RFC3339Nano, stamp); err != nil || parseErr != nil || text != "first" {
		t.Errorf("with timestamps it is %q, %v, %v", log, err, parseErr)
	}
}

func TestARuleCanSetAnEmptyLog(t *testing.T) {
	namespace := newNamespace(t)
	apply(t, namespace, rules.Rule{Selector: rules.Selector{Kind: "Pod", Name: "quiet"}, Effect: rules.Effect{Logs: ptr.To("")}})
	createPod(t, namespace, "quiet", podSpec(corev1.RestartPolicyNever))
	podBecomes(t, namespace, "quiet", "done", inPhase(corev1.PodSucceeded))
	for _, options := range []corev1.PodLogOptions{{}, {Timestamps: true}, {TailLines: ptr.To[int64](5)}} {
		if log, err := logsOf(t, namespace, "quiet", options); err != nil || log != "" {
			t.Errorf("with %+v it is %q, %v", options, log, err)
		}
	}
}

func TestAWaitingContainerHasNoLog(t *testing.T) {
	namespace := newNamespace(t)
	apply(t, namespace,
		rules.Rule{Selector: rules.Selector{Image: "*/missing:1"}, Effect: rules.Effect{ImagePullError: ptr.To("not found")}},
		rules.Rule{Selector: rules.Selector{Container: "first"}, Effect: rules.Effect{ExitCode: ptr.To[int32](0), AfterMs: ptr.To[int64](3_600_000)}},
	)
	unpullable := podSpec(corev1.RestartPolicyAlways)
	unpullable.Containers[0].Image = "registry.example.com/missing:1"
	initialising := podSpec(corev1.RestartPolicyAlways)
	initialising.InitContainers = []corev1.Container{{Name: "first", Image: "registry.example.com/app:1.0"}}
	misconfigured := podSpec(corev1.RestartPolicyAlways)
	misconfigured.Containers[0].EnvFrom = []corev1.EnvFromSource{{
		SecretRef: &corev1.SecretEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: "missing"}},
	}}
	for name, test := range map[string]struct {
		spec          corev1.PodSpec
		reason, means string
	}{
		"blocked":       {mountsSecret("missing"), "ContainerCreating", "ContainerCreating"},
		"initialising":  {initialising, "PodInitializing", "PodInitializing"},
		"misconfigured": {misconfigured, "CreateContainerConfigError", "CreateContainerConfigError"},
		"unpullable":    {unpullable, "ImagePullBackOff", "trying and failing to pull image"},
	} {
		createPod(t, namespace, name, test.spec)
		podBecomes(t, namespace, name, "blocked", waitingFor(test.reason))
		_, err := logsOf(t, namespace, name, corev1.PodLogOptions{Container: "main"})
		want := fmt.Sprintf(`container "main" in pod %q is waiting to start: %s`, name, test.means)
		if !apierrors.IsBadRequest(err) || err.Error() != want {
			t.Errorf("the answer is %v, not %s", err, want)
		}
		_, err = logsOf(t, namespace, name, corev1.PodLogOptions{Container: "main", Previous: true})
		want = fmt.Sprintf(`previous terminated container "main" in pod %q not found`, name)
		if !apierrors.IsBadRequest(err) || err.Error() != want {
			t.Errorf("for the run before the answer is %v, not %s", err, want)
		}
	}
}

func TestTheLogBeforeARestartIsKept(t *testing.T) {
	namespace := newNamespace(t)
	apply(t, namespace, rules.Rule{
		Selector: rules.Selector{Kind: "Pod", Name: "web"},
		Effect:   rules.Effect{Logs: ptr.To("panic: no"), CrashLoop: &rules.CrashLoop{BackoffMs: ptr.To[int64](60_000)}},
	})
	createPod(t, namespace, "web", podSpec(corev1.RestartPolicyAlways))
	podBecomes(t, namespace, "web", "in back-off", waitingFor("CrashLoopBackOff"))
	if log, err := logsOf(t, namespace, "web", corev1.PodLogOptions{Previous: true}); err != nil || log != "panic: no\n" {
		t.Errorf("it is %q, %v", log, err)
	}
}

func TestFollowingALogEndsWithTheContainer(t *testing.T) {
	namespace := newNamespace(t)
	apply(t, namespace, rules.Rule{
		Selector: rules.Selector{Kind: "Pod", Name: "slow"},
		Effect:   rules.Effect{Logs: ptr.To("working"), ExitCode: ptr.To[int32](0), AfterMs: ptr.To[int64](500)},
	})
	createPod(t, namespace, "slow", podSpec(corev1.RestartPolicyNever))
	// On a busy machine the container may have ended by now.
	podBecomes(t, namespace, "slow", "started", func(pod *corev1.Pod) bool {
		return pod.Status.Phase == corev1.PodRunning || pod.Status.Phase == corev1.PodSucceeded
	})
	ctx, cancel := context.WithTimeout(cluster.ctx, 20*time.Second)
	defer cancel()
	content, err := cluster.CoreV1().Pods(namespace).GetLogs("slow", &corev1.PodLogOptions{Follow: true}).DoRaw(ctx)
	if err != nil || string(content) != "working\n" {
		t.Errorf("it is %q, %v", content, err)
	}
	podBecomes(t, namespace, "slow", "done", inPhase(corev1.PodSucceeded))
}
