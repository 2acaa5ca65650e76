package simulation

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	controllerutil "k8s.io/kubernetes/pkg/controller/util/node"
	"k8s.io/utils/ptr"

	"seatrial/engine/internal/jsonhttp"
	"seatrial/engine/internal/simulation/nodes"
	"seatrial/engine/internal/simulation/rules"
)

func lost(node string) rules.Rule {
	return rules.Rule{Selector: rules.Selector{Kind: rules.KindNode, Name: node}, Effect: rules.Effect{Lost: true}}
}

// nodeIs waits until the node's condition Ready has a status, and its taints are those of such a node.
func nodeIs(t *testing.T, name string, status corev1.ConditionStatus, taints ...string) *corev1.Node {
	t.Helper()
	var found *corev1.Node
	eventually(t, fmt.Sprintf("Node %s is ready: %s", name, status), func() (err error) {
		if found, err = cluster.CoreV1().Nodes().Get(cluster.ctx, name, metav1.GetOptions{}); err != nil {
			return err
		}
		_, ready := controllerutil.GetNodeCondition(&found.Status, corev1.NodeReady)
		seen := map[string]bool{}
		for _, taint := range found.Spec.Taints {
			seen[taint.Key+":"+string(taint.Effect)] = true
		}
		if ready == nil || ready.Status != status || len(seen) != len(taints) {
			return fmt.Errorf("condition %+v, taints %v", ready, found.Spec.Taints)
		}
		for _, taint := range taints {
			if !seen[taint] {
				return fmt.Errorf("taints %v", found.Spec.Taints)
			}
		}
		return nil
	})
	return found
}

var unreachable = []string{"node.kubernetes.io/unreachable:NoSchedule", "node.kubernetes.io/unreachable:NoExecute"}

func TestALostNodeIsTaintedAndItsPodsAreEvicted(t *testing.T) {
	namespace := newNamespace(t)
	web := deployment("web", 1)
	web.Spec.Template.Spec.Tolerations = []corev1.Toleration{{
		Key: corev1.TaintNodeUnreachable, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute,
		TolerationSeconds: ptr.To[int64](1),
	}}
	createDeployment(t, namespace, web)
	deploymentHas(t, namespace, "web", 1)
	pods, err := cluster.CoreV1().Pods(namespace).List(cluster.ctx, metav1.ListOptions{})
	if err != nil || len(pods.Items) != 1 {
		t.Fatalf("%d pods, %v", len(pods.Items), err)
	}
	first := pods.Items[0]
	node := first.Spec.NodeName
	ids := apply(t, "", lost(node))
	t.Cleanup(func() { cluster.simulation.rules.Remove(ids) })

	silent := nodeIs(t, node, corev1.ConditionUnknown, unreachable...)
	for _, condition := range silent.Status.Conditions {
		if condition.Status != corev1.ConditionUnknown || condition.Message != "Kubelet stopped posting node status." {
			t.Errorf("condition %+v", condition)
		}
	}
	gone := podBecomes(t, namespace, first.Name, "deleted and not ready", func(pod *corev1.Pod) bool {
		return pod.DeletionTimestamp != nil && !podutil.IsPodReady(pod)
	})
	if len(gone.ManagedFields) == 0 || gone.Status.Phase != corev1.PodRunning {
		t.Errorf("phase %s, fields managed by %v", gone.Status.Phase, gone.ManagedFields)
	}
	hasEvent(t, namespace, first.Name, "NodeNotReady")
	hasEvent(t, metav1.NamespaceDefault, node, "NodeNotReady")
	if _, err := logsOf(t, namespace, first.Name, corev1.PodLogOptions{}); err == nil || !strings.Contains(err.Error(), node) {
		t.Errorf("the answer about its log is %v", err)
	}
	deploymentHas(t, namespace, "web", 1)

	cluster.simulation.rules.Remove(ids)
	nodeIs(t, node, corev1.ConditionTrue)
	eventually(t, "the pod of the lost node is gone", func() error {
		pods, err := cluster.CoreV1().Pods(namespace).List(cluster.ctx, metav1.ListOptions{})
		if err == nil && (len(pods.Items) != 1 || pods.Items[0].Name == first.Name || pods.Items[0].Spec.NodeName == node) {
			err = fmt.Errorf("there are %+v", pods.Items)
		}
		return err
	})
}

func TestPodsOfALostNodeContinueWhenItReturns(t *testing.T) {
	namespace := newNamespace(t)
	spec := podSpec(corev1.RestartPolicyAlways)
	spec.NodeName = "node-2"
	createPod(t, namespace, "web", spec)
	podBecomes(t, namespace, "web", "ready", podutil.IsPodReady)
	ids := apply(t, "", lost("node-2"))
	t.Cleanup(func() { cluster.simulation.rules.Remove(ids) })
	podBecomes(t, namespace, "web", "not ready", func(pod *corev1.Pod) bool { return !podutil.IsPodReady(pod) })
	createPod(t, namespace, "late", spec)
	nodeIs(t, "node-2", corev1.ConditionUnknown, unreachable...)
	if late := getPod(t, namespace, "late"); late.Status.Phase != corev1.PodPending || late.Status.StartTime != nil {
		t.Errorf("status %+v", late.Status)
	}
	cluster.simulation.rules.Remove(ids)
	podBecomes(t, namespace, "late", "ready", podutil.IsPodReady)
	again := podBecomes(t, namespace, "web", "ready", podutil.IsPodReady)
	if again.Status.ContainerStatuses[0].RestartCount != 0 {
		t.Errorf("status %+v", again.Status)
	}
	nodeIs(t, "node-2", corev1.ConditionTrue)
}

func TestARuleAppliedWhileConnectedEndsWithTheConnection(t *testing.T) {
	server := httptest.NewServer(cluster.simulation.Handler())
	t.Cleanup(server.Close)
	ctx, hangUp := context.WithCancel(cluster.ctx)
	defer hangUp()
	body, err := json.Marshal(applyRulesRequest{Rules: []rules.Rule{lost("node-3")}})
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+Path+"/apply-while-connected", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var started applyResponse
	if err := json.NewDecoder(answer.Body).Decode(&started); err != nil || len(started.IDs) != 1 {
		t.Fatalf("it is answered with %+v, %v", started, err)
	}
	nodeIs(t, "node-3", corev1.ConditionUnknown, unreachable...)
	hangUp()
	nodeIs(t, "node-3", corev1.ConditionTrue)
	for _, rule := range cluster.simulation.rules.List("") {
		if rule.ID == started.IDs[0] {
			t.Errorf("it is still in effect: %+v", rule)
		}
	}
}

func createNode(t *testing.T, node *corev1.Node) {
	t.Helper()
	if _, err := cluster.CoreV1().Nodes().Create(cluster.ctx, node, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cluster.CoreV1().Nodes().Delete(cluster.ctx, node.Name, metav1.DeleteOptions{}) })
}

func TestACreatedNodeBecomesLikeTheOthers(t *testing.T) {
	createNode(t, &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: "edge-1", Labels: map[string]string{corev1.LabelArchStable: "arm64", "tier": "edge"}},
		Status:     corev1.NodeStatus{Capacity: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("2")}},
	})
	createNode(t, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "edge-2"}})
	edge := nodeIs(t, "edge-1", corev1.ConditionTrue)
	other := nodeIs(t, "edge-2", corev1.ConditionTrue)
	if edge.Spec.PodCIDR == "" || edge.Spec.PodCIDR == other.Spec.PodCIDR || edge.Status.Addresses[0] == other.Status.Addresses[0] {
		t.Errorf("addresses %s, %s; %v, %v", edge.Spec.PodCIDR, other.Spec.PodCIDR, edge.Status.Addresses, other.Status.Addresses)
	}
	for key, value := range map[string]string{
		corev1.LabelArchStable: "arm64", "tier": "edge", corev1.LabelHostname: "edge-1", corev1.LabelOSStable: "linux",
	} {
		if edge.Labels[key] != value {
			t.Errorf("label %s is %q", key, edge.Labels[key])
		}
	}
	if !nodes.AreSimulated(edge) || edge.Status.NodeInfo.Architecture != "arm64" {
		t.Errorf("annotations %v, %+v", edge.Annotations, edge.Status.NodeInfo)
	}
	if cpus, pods := edge.Status.Allocatable.Cpu(), edge.Status.Allocatable.Pods(); cpus.Value() != 2 || pods.Value() != 500 {
		t.Errorf("%s CPUs, %s Pods", cpus, pods)
	}
}

func TestPodsOfADeletedNodeAreDeleted(t *testing.T) {
	namespace := newNamespace(t)
	createNode(t, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "edge-3", Labels: map[string]string{"tier": "short"}}})
	nodeIs(t, "edge-3", corev1.ConditionTrue)
	web := deployment("web", 1)
	web.Spec.Template.Spec.NodeSelector = map[string]string{"tier": "short"}
	createDeployment(t, namespace, web)
	deploymentHas(t, namespace, "web", 1)
	if err := cluster.CoreV1().Nodes().Delete(cluster.ctx, "edge-3", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the only pod is a new one that fits nowhere", func() error {
		pods, err := cluster.CoreV1().Pods(namespace).List(cluster.ctx, metav1.ListOptions{})
		if err == nil && (len(pods.Items) != 1 || pods.Items[0].Spec.NodeName != "") {
			err = fmt.Errorf("there are %+v", pods.Items)
		}
		return err
	})
}

func TestANodeThatIsMarkedAsNotSimulatedIsLeftAlone(t *testing.T) {
	namespace := newNamespace(t)
	createNode(t, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "own", Annotations: map[string]string{nodes.Annotation: "false"}}})
	createNode(t, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "later"}})
	spec := podSpec(corev1.RestartPolicyAlways)
	spec.NodeName = "own"
	createPod(t, namespace, "web", spec)
	// A node that was created later is handled later.
	nodeIs(t, "later", corev1.ConditionTrue)
	spec.NodeName = "later"
	createPod(t, namespace, "other", spec)
	podBecomes(t, namespace, "other", "ready", podutil.IsPodReady)
	own, err := cluster.CoreV1().Nodes().Get(cluster.ctx, "own", metav1.GetOptions{})
	if err != nil || len(own.Status.Conditions) != 0 || own.Spec.PodCIDR != "" {
		t.Errorf("node %+v, %v", own, err)
	}
	if web := getPod(t, namespace, "web"); web.Status.Phase != corev1.PodPending || len(web.Status.ContainerStatuses) != 0 {
		t.Errorf("status %+v", web.Status)
	}
}

func TestInvalidRulesForNodesAreRejected(t *testing.T) {
	for body, message := range map[string]string{
		`{"rules":[{"selector":{"kind":"Node","name":"node-9"},"effect":{"lost":true}}]}`:                   `there is no node "node-9": the nodes are node-1, node-2, node-3`,
		`{"rules":[{"selector":{"kind":"Node"},"effect":{"lost":true}}]}`:                                   "selector.name its name",
		`{"rules":[{"selector":{"kind":"Pod","name":"a"},"effect":{"lost":true}}]}`:                         "selector.kind must be Node",
		`{"rules":[{"selector":{"kind":"Node","name":"node-1","image":"a"},"effect":{"lost":true}}]}`:       "more than the kind and the name",
		`{"rules":[{"selector":{"kind":"Node","name":"node-1"},"effect":{"lost":true,"exitCode":1}}]}`:      "a field other than lost",
		`{"namespace":"web","rules":[{"selector":{"kind":"Node","name":"node-1"},"effect":{"lost":true}}]}`: "a Node has no namespace",
	} {
		recorder := httptest.NewRecorder()
		cluster.simulation.Handler().ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, Path+"/apply-while-connected", strings.NewReader(body)))
		var refused jsonhttp.ErrorBody
		if err := json.Unmarshal(recorder.Body.Bytes(), &refused); err != nil {
			t.Fatal(err)
		}
		if recorder.Code != http.StatusBadRequest || !strings.Contains(refused.Error.Message, message) {
			t.Errorf("%s is answered with %d: %s", body, recorder.Code, recorder.Body)
		}
	}
}

func TestANodeThatNobodyReportsAboutHasUnknownConditions(t *testing.T) {
	node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "silent", Annotations: map[string]string{nodes.Annotation: "false"}}}
	if _, err := cluster.CoreV1().Nodes().Create(cluster.ctx, node, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cluster.CoreV1().Nodes().Delete(cluster.ctx, "silent", metav1.DeleteOptions{}) })
	eventually(t, "the node has conditions", func() error {
		found, err := cluster.CoreV1().Nodes().Get(cluster.ctx, "silent", metav1.GetOptions{})
		if err != nil {
			return err
		}
		_, ready := controllerutil.GetNodeCondition(&found.Status, corev1.NodeReady)
		if ready == nil || ready.Status != corev1.ConditionUnknown || ready.Reason != "NodeStatusNeverUpdated" {
			return fmt.Errorf("conditions %+v", found.Status.Conditions)
		}
		return nil
	})
}
