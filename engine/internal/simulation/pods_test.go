package simulation

import (
	"fmt"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	"k8s.io/utils/ptr"

	"seatrial/engine/internal/simulation/registry"
	"seatrial/engine/internal/simulation/rules"
)

func podSpec(policy corev1.RestartPolicy) corev1.PodSpec {
	return corev1.PodSpec{RestartPolicy: policy, Containers: []corev1.Container{{Name: "main", Image: "registry.example.com/app:1.0"}}}
}

func createPod(t *testing.T, namespace, name string, spec corev1.PodSpec) {
	t.Helper()
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"app": name}}, Spec: spec}
	if _, err := cluster.CoreV1().Pods(namespace).Create(cluster.ctx, pod, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

func getPod(t *testing.T, namespace, name string) *corev1.Pod {
	t.Helper()
	pod, err := cluster.CoreV1().Pods(namespace).Get(cluster.ctx, name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return pod
}

// podBecomes waits for a state of a pod and returns the pod in it.
func podBecomes(t *testing.T, namespace, name, what string, is func(*corev1.Pod) bool) *corev1.Pod {
	t.Helper()
	var found *corev1.Pod
	eventually(t, "Pod "+name+" is "+what, func() error {
		found = getPod(t, namespace, name)
		if !is(found) {
			return fmt.Errorf("phase %s, containers %+v, conditions %+v", found.Status.Phase, found.Status.ContainerStatuses, found.Status.Conditions)
		}
		return nil
	})
	return found
}

func inPhase(phase corev1.PodPhase) func(*corev1.Pod) bool {
	return func(pod *corev1.Pod) bool { return pod.Status.Phase == phase }
}

func waitingFor(reason string) func(*corev1.Pod) bool {
	return func(pod *corev1.Pod) bool {
		for _, status := range pod.Status.ContainerStatuses {
			if status.State.Waiting != nil && status.State.Waiting.Reason == reason {
				return true
			}
		}
		return false
	}
}

func apply(t *testing.T, namespace string, list ...rules.Rule) []string {
	t.Helper()
	ids, err := cluster.simulation.rules.Apply(registry.Target{Namespace: namespace}, list)
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func TestAPodsStatusIsThatOfAKubelet(t *testing.T) {
	namespace := newNamespace(t)
	createPod(t, namespace, "web", podSpec(corev1.RestartPolicyAlways))
	pod := podBecomes(t, namespace, "web", "ready", podutil.IsPodReady)
	status := pod.Status
	if status.Phase != corev1.PodRunning || status.PodIP == "" || status.HostIP == "" || status.StartTime == nil ||
		status.QOSClass != corev1.PodQOSBestEffort || status.ObservedGeneration != pod.Generation {
		t.Errorf("status %+v", status)
	}
	for _, kind := range []corev1.PodConditionType{
		corev1.PodReadyToStartContainers, corev1.PodInitialized, corev1.PodReady, corev1.ContainersReady, corev1.PodScheduled,
	} {
		if _, condition := podutil.GetPodCondition(&status, kind); condition == nil || condition.Status != corev1.ConditionTrue {
			t.Errorf("condition %s is %+v", kind, condition)
		}
	}
	container := status.ContainerStatuses[0]
	if !container.Ready || !*container.Started || container.State.Running == nil || container.RestartCount != 0 ||
		container.ContainerID == "" || container.ImageID != "simulated://registry.example.com/app:1.0" {
		t.Errorf("container status %+v", container)
	}
	for _, reason := range []string{"Scheduled", "Pulled", "Created", "Started"} {
		hasEvent(t, namespace, "web", reason)
	}
}

func hasEvent(t *testing.T, namespace, object, reason string) corev1.Event {
	t.Helper()
	var found corev1.Event
	eventually(t, "event "+reason+" of "+object, func() error {
		events, err := cluster.CoreV1().Events(namespace).List(cluster.ctx, metav1.ListOptions{})
		if err != nil {
			return err
		}
		seen := []string{}
		for _, event := range events.Items {
			if event.InvolvedObject.Name == object {
				seen = append(seen, event.Reason)
				if event.Reason == reason {
					found = event
					return nil
				}
			}
		}
		return fmt.Errorf("seen: %v", seen)
	})
	return found
}

func TestAPodThatIsNotRestartedSucceedsWithoutAJob(t *testing.T) {
	namespace := newNamespace(t)
	createPod(t, namespace, "hook", podSpec(corev1.RestartPolicyNever))
	pod := podBecomes(t, namespace, "hook", "Succeeded", inPhase(corev1.PodSucceeded))
	if ended := pod.Status.ContainerStatuses[0].State.Terminated; ended == nil || ended.ExitCode != 0 || ended.Reason != "Completed" {
		t.Errorf("container status %+v", pod.Status.ContainerStatuses[0])
	}
}

func job(name string, backoffLimit int32) *batchv1.Job {
	return &batchv1.Job{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: batchv1.JobSpec{
		BackoffLimit: ptr.To(backoffLimit),
		Template:     corev1.PodTemplateSpec{Spec: podSpec(corev1.RestartPolicyNever)},
	}}
}

func createJob(t *testing.T, namespace string, job *batchv1.Job) {
	t.Helper()
	if _, err := cluster.BatchV1().Jobs(namespace).Create(cluster.ctx, job, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

func jobBecomes(t *testing.T, namespace, name string, kind batchv1.JobConditionType) batchv1.JobCondition {
	t.Helper()
	var found batchv1.JobCondition
	eventually(t, fmt.Sprintf("Job %s is %s", name, kind), func() error {
		job, err := cluster.BatchV1().Jobs(namespace).Get(cluster.ctx, name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		for _, condition := range job.Status.Conditions {
			if condition.Type == kind && condition.Status == corev1.ConditionTrue {
				found = condition
				return nil
			}
		}
		return fmt.Errorf("status %+v", job.Status)
	})
	return found
}

func TestAJobCompletes(t *testing.T) {
	namespace := newNamespace(t)
	createJob(t, namespace, job("migrate", 0))
	jobBecomes(t, namespace, "migrate", batchv1.JobComplete)
}

func TestAJobFailsWithTheExitCodeOfARule(t *testing.T) {
	namespace := newNamespace(t)
	ids := apply(t, namespace, rules.Rule{
		Selector: rules.Selector{Kind: "Job", Name: "migrate"}, Effect: rules.Effect{ExitCode: ptr.To[int32](3)},
	})
	createJob(t, namespace, job("migrate", 0))
	createJob(t, namespace, job("other", 0))
	if failed := jobBecomes(t, namespace, "migrate", batchv1.JobFailed); failed.Reason != "BackoffLimitExceeded" {
		t.Errorf("condition %+v", failed)
	}
	jobBecomes(t, namespace, "other", batchv1.JobComplete)
	pods, err := cluster.CoreV1().Pods(namespace).List(cluster.ctx, metav1.ListOptions{LabelSelector: "job-name=migrate"})
	if err != nil || len(pods.Items) != 1 {
		t.Fatalf("%d pods, error %v", len(pods.Items), err)
	}
	if ended := pods.Items[0].Status.ContainerStatuses[0].State.Terminated; ended == nil || ended.ExitCode != 3 {
		t.Errorf("container status %+v", pods.Items[0].Status.ContainerStatuses[0])
	}
	list := cluster.simulation.rules.List(namespace)
	if len(list) != 1 || list[0].ID != ids[0] || len(list[0].Pods) != 1 || list[0].Pods[0] != pods.Items[0].Name {
		t.Errorf("applied rules: %+v", list)
	}
}

func deployment(name string, replicas int32) *appsv1.Deployment {
	labels := map[string]string{"app": name}
	return &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: appsv1.DeploymentSpec{
		Replicas: &replicas,
		Selector: &metav1.LabelSelector{MatchLabels: labels},
		Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: podSpec(corev1.RestartPolicyAlways)},
	}}
}

func createDeployment(t *testing.T, namespace string, deployment *appsv1.Deployment) {
	t.Helper()
	if _, err := cluster.AppsV1().Deployments(namespace).Create(cluster.ctx, deployment, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

func deploymentHas(t *testing.T, namespace, name string, ready int32) *appsv1.Deployment {
	t.Helper()
	var found *appsv1.Deployment
	eventually(t, fmt.Sprintf("Deployment %s has %d ready replicas", name, ready), func() (err error) {
		if found, err = cluster.AppsV1().Deployments(namespace).Get(cluster.ctx, name, metav1.GetOptions{}); err != nil {
			return err
		}
		if status := found.Status; status.ReadyReplicas != ready || status.UpdatedReplicas != *found.Spec.Replicas ||
			status.Replicas != *found.Spec.Replicas || status.ObservedGeneration != found.Generation {
			return fmt.Errorf("status %+v", status)
		}
		return nil
	})
	return found
}

func TestADeploymentRollsOutAndOver(t *testing.T) {
	namespace := newNamespace(t)
	createDeployment(t, namespace, deployment("web", 3))
	web := deploymentHas(t, namespace, "web", 3)
	web.Spec.Template.Spec.Containers[0].Image = "registry.example.com/app:2.0"
	if _, err := cluster.AppsV1().Deployments(namespace).Update(cluster.ctx, web, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	deploymentHas(t, namespace, "web", 3)
	eventually(t, "no pod of the old revision is left", func() error {
		pods, err := cluster.CoreV1().Pods(namespace).List(cluster.ctx, metav1.ListOptions{})
		if err != nil {
			return err
		}
		addresses := map[string]bool{}
		for _, pod := range pods.Items {
			if pod.Spec.Containers[0].Image != "registry.example.com/app:2.0" {
				return fmt.Errorf("%s has image %s", pod.Name, pod.Spec.Containers[0].Image)
			}
			addresses[pod.Status.PodIP] = true
		}
		if len(addresses) != 3 {
			return fmt.Errorf("%d pods have %d addresses", len(pods.Items), len(addresses))
		}
		return nil
	})
}

func TestTheSchedulerSaysWhyAPodHasNoNode(t *testing.T) {
	namespace := newNamespace(t)
	spec := podSpec(corev1.RestartPolicyAlways)
	spec.Containers[0].Resources.Requests = corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("64")}
	createPod(t, namespace, "huge", spec)
	pod := podBecomes(t, namespace, "huge", "unschedulable", func(pod *corev1.Pod) bool {
		_, scheduled := podutil.GetPodCondition(&pod.Status, corev1.PodScheduled)
		return scheduled != nil && scheduled.Reason == corev1.PodReasonUnschedulable
	})
	_, scheduled := podutil.GetPodCondition(&pod.Status, corev1.PodScheduled)
	const want = "0/3 nodes are available: 3 Insufficient cpu."
	if len(scheduled.Message) < len(want) || scheduled.Message[:len(want)] != want {
		t.Errorf("the scheduler says %q", scheduled.Message)
	}
}

func TestADaemonSetHasAPodOnEveryNode(t *testing.T) {
	namespace := newNamespace(t)
	labels := map[string]string{"app": "agent"}
	agent := &appsv1.DaemonSet{ObjectMeta: metav1.ObjectMeta{Name: "agent"}, Spec: appsv1.DaemonSetSpec{
		Selector: &metav1.LabelSelector{MatchLabels: labels},
		Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: podSpec(corev1.RestartPolicyAlways)},
	}}
	if _, err := cluster.AppsV1().DaemonSets(namespace).Create(cluster.ctx, agent, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the DaemonSet is ready on three nodes", func() error {
		found, err := cluster.AppsV1().DaemonSets(namespace).Get(cluster.ctx, "agent", metav1.GetOptions{})
		if err == nil && (found.Status.DesiredNumberScheduled != 3 || found.Status.NumberReady != 3) {
			err = fmt.Errorf("status %+v", found.Status)
		}
		return err
	})
}

func TestARuleEvictsItsNumberOfPods(t *testing.T) {
	namespace := newNamespace(t)
	apply(t, namespace, rules.Rule{
		Selector: rules.Selector{Kind: "Deployment", Name: "web"},
		Effect:   rules.Effect{Evict: ptr.To[int64](2)},
	})
	createDeployment(t, namespace, deployment("web", 3))
	deploymentHas(t, namespace, "web", 3)
	evicted := cluster.simulation.rules.List(namespace)[0].Pods
	if len(evicted) != 2 {
		t.Errorf("the rule has had an effect on %v", evicted)
	}
	for _, name := range evicted {
		pod := podBecomes(t, namespace, name, "failed", inPhase(corev1.PodFailed))
		if pod.Status.Reason != "Evicted" {
			t.Errorf("Pod %s has failed for the reason %s", name, pod.Status.Reason)
		}
		hasEvent(t, namespace, name, "Evicted")
	}
	deploymentHas(t, namespace, "web", 3)
}

func TestADeletedPodIsGoneWithoutItsGracePeriod(t *testing.T) {
	namespace := newNamespace(t)
	spec := podSpec(corev1.RestartPolicyAlways)
	spec.TerminationGracePeriodSeconds = ptr.To[int64](3600)
	createPod(t, namespace, "web", spec)
	podBecomes(t, namespace, "web", "ready", podutil.IsPodReady)
	if err := cluster.CoreV1().Pods(namespace).Delete(cluster.ctx, "web", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the pod is gone", func() error {
		pods, err := cluster.CoreV1().Pods(namespace).List(cluster.ctx, metav1.ListOptions{})
		if err == nil && len(pods.Items) > 0 {
			err = fmt.Errorf("%d pods are left", len(pods.Items))
		}
		return err
	})
	hasEvent(t, namespace, "web", "Killing")
}
