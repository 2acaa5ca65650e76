package simulation

import (
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"

	"seatrial/engine/internal/simulation/kubelet"
)

// onNode is a pod that no scheduler places.
func onNode(node string, change func(*corev1.PodSpec)) corev1.PodSpec {
	spec := podSpec(corev1.RestartPolicyAlways)
	spec.NodeName = node
	change(&spec)
	return spec
}

func TestAKubeletRejectsPodsThatTheSchedulerHasNotPlaced(t *testing.T) {
	namespace := newNamespace(t)
	usesPort := func(spec *corev1.PodSpec) {
		spec.Containers[0].Ports = []corev1.ContainerPort{{ContainerPort: 80, HostPort: 28080}}
	}
	requests := func(name corev1.ResourceName, quantity string) func(*corev1.PodSpec) {
		return func(spec *corev1.PodSpec) {
			spec.Containers[0].Resources.Requests = corev1.ResourceList{name: resource.MustParse(quantity)}
		}
	}
	createPod(t, namespace, "first", onNode("node-1", usesPort))
	podBecomes(t, namespace, "first", "ready", podutil.IsPodReady)
	for name, test := range map[string]struct {
		spec            corev1.PodSpec
		reason, message string
		permanent       bool
	}{
		"port": {
			onNode("node-1", usesPort), "NodePorts",
			"Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports", false,
		},
		"cpu": {
			onNode("node-1", requests(corev1.ResourceCPU, "33")), "OutOfcpu",
			"Node didn't have enough resource: cpu, requested: 33000, used: 0, capacity: 32000", true,
		},
		"memory": {
			onNode("node-1", requests(corev1.ResourceMemory, "1Ti")), "OutOfmemory", "Node didn't have enough resource: memory", true,
		},
		"labels": {
			onNode("node-1", func(spec *corev1.PodSpec) { spec.NodeSelector = map[string]string{"disk": "ssd"} }),
			"NodeAffinity", "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector", true,
		},
		"sysctl": {
			onNode("node-1", func(spec *corev1.PodSpec) {
				spec.SecurityContext = &corev1.PodSecurityContext{Sysctls: []corev1.Sysctl{{Name: "kernel.msgmax", Value: "65536"}}}
			}), "SysctlForbidden", `forbidden sysctl: "kernel.msgmax" not allowlisted`, true,
		},
		"system": {
			onNode("node-1", func(spec *corev1.PodSpec) { spec.OS = &corev1.PodOS{Name: corev1.Windows} }),
			"PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS", true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			createPod(t, namespace, name, test.spec)
			pod := podBecomes(t, namespace, name, "Failed", inPhase(corev1.PodFailed))
			if pod.Status.Reason != test.reason || !strings.HasPrefix(pod.Status.Message, "Pod was rejected: "+test.message) ||
				len(pod.Status.ContainerStatuses) > 0 {
				t.Errorf("status %+v", pod.Status)
			}
			event := hasEvent(t, namespace, name, test.reason)
			isPermanent := event.Annotations[kubelet.AnnotationPermanent] == "true"
			if event.Type != corev1.EventTypeWarning || !strings.HasPrefix(event.Message, test.message) || isPermanent != test.permanent {
				t.Errorf("event %+v", event)
			}
		})
	}
}

func TestAHostPortIsFreeOnceItsPodHasEnded(t *testing.T) {
	namespace := newNamespace(t)
	usesPort := func(spec *corev1.PodSpec) {
		spec.RestartPolicy = corev1.RestartPolicyNever
		spec.Containers[0].Ports = []corev1.ContainerPort{{ContainerPort: 80, HostPort: 28081}}
	}
	createPod(t, namespace, "first", onNode("node-2", usesPort))
	podBecomes(t, namespace, "first", "Succeeded", inPhase(corev1.PodSucceeded))
	createPod(t, namespace, "second", onNode("node-2", usesPort))
	podBecomes(t, namespace, "second", "Succeeded", inPhase(corev1.PodSucceeded))
}

func TestSafeSysctlsAndUnknownExtendedResourcesAreNoObstacle(t *testing.T) {
	namespace := newNamespace(t)
	createPod(t, namespace, "web", onNode("node-3", func(spec *corev1.PodSpec) {
		spec.SecurityContext = &corev1.PodSecurityContext{Sysctls: []corev1.Sysctl{
			{Name: "net.ipv4.tcp_keepalive_time", Value: "600"}, {Name: "net/ipv4/ip_unprivileged_port_start", Value: "0"},
		}}
		quantities := corev1.ResourceList{"example.com/license": resource.MustParse("1")}
		spec.Containers[0].Resources = corev1.ResourceRequirements{Requests: quantities, Limits: quantities}
	}))
	podBecomes(t, namespace, "web", "ready", podutil.IsPodReady)
}

func TestAKubeletRejectsPodsThatDoNotTolerateItsNode(t *testing.T) {
	namespace := newNamespace(t)
	node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "tainted"}, Spec: corev1.NodeSpec{Taints: []corev1.Taint{
		{Key: "dedicated", Value: "batch", Effect: corev1.TaintEffectNoExecute},
	}}}
	if _, err := cluster.CoreV1().Nodes().Create(cluster.ctx, node, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cluster.CoreV1().Nodes().Delete(cluster.ctx, "tainted", metav1.DeleteOptions{}) })
	nodeIs(t, "tainted", corev1.ConditionTrue, "dedicated:NoExecute")
	createPod(t, namespace, "tolerates", onNode("tainted", func(spec *corev1.PodSpec) {
		spec.Tolerations = []corev1.Toleration{{Key: "dedicated", Operator: corev1.TolerationOpExists}}
	}))
	podBecomes(t, namespace, "tolerates", "ready", podutil.IsPodReady)
	createPod(t, namespace, "web", onNode("tainted", func(*corev1.PodSpec) {}))
	event := hasEvent(t, namespace, "web", "TaintToleration")
	if event.Message != "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate" {
		t.Errorf("event %+v", event)
	}
}

func TestReplicasThatCannotShareANodeArePermanentlyRejected(t *testing.T) {
	namespace := newNamespace(t)
	web := deployment("web", 2)
	web.Spec.Template.Spec = onNode("node-1", func(spec *corev1.PodSpec) {
		spec.Containers[0].Ports = []corev1.ContainerPort{{ContainerPort: 80, HostPort: 28082}}
	})
	createDeployment(t, namespace, web)
	eventually(t, "an event says that it is permanent", func() error {
		events, err := cluster.CoreV1().Events(namespace).List(cluster.ctx, metav1.ListOptions{FieldSelector: "reason=NodePorts"})
		if err != nil {
			return err
		}
		for _, event := range events.Items {
			if event.Annotations[kubelet.AnnotationPermanent] == "true" {
				return nil
			}
		}
		return fmt.Errorf("events %+v", events.Items)
	})
}
