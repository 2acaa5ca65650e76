package simulation

import (
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	"k8s.io/utils/ptr"

	"seatrial/engine/internal/simulation/kubelet"
	"seatrial/engine/internal/simulation/rules"
)

func running(policy corev1.RestartPolicy, command ...string) corev1.PodSpec {
	spec := podSpec(policy)
	spec.Containers[0].Command = command
	return spec
}

func TestAPodRunsAsLongAsItsCommandSays(t *testing.T) {
	namespace := newNamespace(t)
	createPod(t, namespace, "infinite", running(corev1.RestartPolicyNever, "sleep", "infinity"))
	createPod(t, namespace, "fails", running(corev1.RestartPolicyNever, "sh", "-c", "sleep 5; exit 3"))
	createPod(t, namespace, "ends", running(corev1.RestartPolicyNever, "/bin/true"))
	createPod(t, namespace, "loops", running(corev1.RestartPolicyAlways, "/bin/false"))
	podBecomes(t, namespace, "ends", "Succeeded", inPhase(corev1.PodSucceeded))
	failed := podBecomes(t, namespace, "fails", "Failed", inPhase(corev1.PodFailed))
	if ended := failed.Status.ContainerStatuses[0].State.Terminated; ended.ExitCode != 3 {
		t.Errorf("%+v", ended)
	}
	podBecomes(t, namespace, "loops", "in back-off", waitingFor("CrashLoopBackOff"))
	if event := hasEvent(t, namespace, "loops", "BackOff"); event.Annotations[kubelet.AnnotationPermanent] != "true" {
		t.Errorf("event %+v", event)
	}
	podBecomes(t, namespace, "infinite", "ready", podutil.IsPodReady)
}

func TestTheIndexOfAJobsPodDecidesHowItsScriptEnds(t *testing.T) {
	namespace := newNamespace(t)
	indexed := job("indexed", 0)
	indexed.Spec.BackoffLimit, indexed.Spec.BackoffLimitPerIndex = nil, ptr.To[int32](0)
	indexed.Spec.CompletionMode, indexed.Spec.Completions = ptr.To(batchv1.IndexedCompletion), ptr.To[int32](4)
	indexed.Spec.Parallelism = ptr.To[int32](2)
	indexed.Spec.Template.Spec = running(corev1.RestartPolicyNever, "sh", "-c",
		"if [ $(expr ${JOB_COMPLETION_INDEX} % 2) -ne 0 ]; then exit 7; fi")
	createJob(t, namespace, indexed)
	jobBecomes(t, namespace, "indexed", batchv1.JobFailed)
	ended, err := cluster.BatchV1().Jobs(namespace).Get(cluster.ctx, "indexed", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if status := ended.Status; status.CompletedIndexes != "0,2" || ptr.Deref(status.FailedIndexes, "") != "1,3" {
		t.Errorf("status %+v", status)
	}
}

func TestThePodsSpecDecidesHowItsScriptEnds(t *testing.T) {
	namespace := newNamespace(t)
	spec := running(corev1.RestartPolicyNever, "sh", "-c", `[ "$NODE" = "$EXPECTED" ] && [ -n "$ADDRESS" ] && exit ${POD##*-}`)
	spec.NodeName = "node-1"
	field := func(path string) *corev1.EnvVarSource {
		return &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: path}}
	}
	spec.Containers[0].Env = []corev1.EnvVar{
		{Name: "NODE", ValueFrom: field("spec.nodeName")}, {Name: "ADDRESS", ValueFrom: field("status.podIP")},
		{Name: "POD", ValueFrom: field("metadata.name")}, {Name: "EXPECTED", Value: "node-1"},
	}
	createPod(t, namespace, "web-5", spec)
	failed := podBecomes(t, namespace, "web-5", "Failed", inPhase(corev1.PodFailed))
	if ended := failed.Status.ContainerStatuses[0].State.Terminated; ended.ExitCode != 5 {
		t.Errorf("%+v", ended)
	}
}

func TestARuleReplacesWhatACommandSays(t *testing.T) {
	namespace := newNamespace(t)
	apply(t, namespace, rules.Rule{Selector: rules.Selector{Kind: "Pod", Name: "job"}, Effect: rules.Effect{ExitCode: ptr.To[int32](7)}})
	createPod(t, namespace, "job", running(corev1.RestartPolicyNever, "sleep", "infinity"))
	pod := podBecomes(t, namespace, "job", "Failed", inPhase(corev1.PodFailed))
	if ended := pod.Status.ContainerStatuses[0].State.Terminated; ended.ExitCode != 7 {
		t.Errorf("%+v", ended)
	}
}

func TestAJobThatSleepsLongerThanItsDeadlineFails(t *testing.T) {
	namespace := newNamespace(t)
	late := job("late", 0)
	late.Spec.ActiveDeadlineSeconds = ptr.To[int64](2)
	late.Spec.Template.Spec = running(corev1.RestartPolicyNever, "sleep", "100")
	createJob(t, namespace, late)
	early := job("early", 0)
	early.Spec.ActiveDeadlineSeconds = ptr.To[int64](200)
	early.Spec.Template.Spec = running(corev1.RestartPolicyNever, "sleep", "100")
	createJob(t, namespace, early)
	if failed := jobBecomes(t, namespace, "late", batchv1.JobFailed); failed.Reason != "DeadlineExceeded" {
		t.Errorf("condition %+v", failed)
	}
	jobBecomes(t, namespace, "early", batchv1.JobComplete)
}

func TestAProbeWhosePortNobodyHasIsReported(t *testing.T) {
	namespace := newNamespace(t)
	spec := podSpec(corev1.RestartPolicyAlways)
	spec.Containers[0].Ports = []corev1.ContainerPort{{Name: "web", ContainerPort: 80}}
	spec.Containers[0].ReadinessProbe = &corev1.Probe{ProbeHandler: corev1.ProbeHandler{
		HTTPGet: &corev1.HTTPGetAction{Port: intstr.FromString("http")},
	}}
	createPod(t, namespace, "web", spec)
	event := hasEvent(t, namespace, "web", "Unhealthy")
	want := `Readiness probe errored and resulted in unknown state: port "http" not found`
	if event.Message != want || event.Annotations[kubelet.AnnotationPermanent] != "true" {
		t.Errorf("event %+v", event)
	}
	if pod := getPod(t, namespace, "web"); podutil.IsPodReady(pod) {
		t.Errorf("status %+v", pod.Status)
	}
}
