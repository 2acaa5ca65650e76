package simulation

import (
	"context"
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

func TestAContainersLogSaysThatItIsSimulated(t *testing.T) {
	namespace := newNamespace(t)
	createPod(t, namespace, "web", podSpec(corev1.RestartPolicyAlways))
	podBecomes(t, namespace, "web", "ready", podutil.IsPodReady)
	log, err := logsOf(t, namespace, "web", corev1.PodLogOptions{})
	if err != nil || !strings.Contains(log, "this container is simulated") || !strings.Contains(log, "registry.example.com/app:1.0") {
		t.Errorf("it is %q, %v", log, err)
	}
}

func TestALogIsWhatARuleSays(t *testing.T) {
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

func TestAContainerThatWaitsHasNoLog(t *testing.T) {
	namespace := newNamespace(t)
	createPod(t, namespace, "web", mountsSecret("missing"))
	podBecomes(t, namespace, "web", "held up", waitingFor("ContainerCreating"))
	_, err := logsOf(t, namespace, "web", corev1.PodLogOptions{})
	if !apierrors.IsBadRequest(err) || !strings.Contains(err.Error(), `container "main" in pod "web" is waiting to start: ContainerCreating`) {
		t.Errorf("the answer is %v", err)
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
	podBecomes(t, namespace, "slow", "running", inPhase(corev1.PodRunning))
	ctx, cancel := context.WithTimeout(cluster.ctx, 20*time.Second)
	defer cancel()
	content, err := cluster.CoreV1().Pods(namespace).GetLogs("slow", &corev1.PodLogOptions{Follow: true}).DoRaw(ctx)
	if err != nil || string(content) != "working\n" {
		t.Errorf("it is %q, %v", content, err)
	}
	podBecomes(t, namespace, "slow", "done", inPhase(corev1.PodSucceeded))
}
