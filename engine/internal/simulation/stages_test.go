package simulation

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"sigs.k8s.io/yaml"

	"seatrial/engine/internal/simulation/registry"
	"seatrial/engine/internal/simulation/stages"
)

// definition is a CustomResourceDefinition of example.com in this version.
func definition(kind, version string) string {
	plural := strings.ToLower(kind) + "s"
	return fmt.Sprintf(`
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: %[1]s.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: %[2]s, plural: %[1]s}
  versions:
  - name: %[3]s
    served: true
    storage: true
    subresources: {status: {}}
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`, plural, kind, version)
}

func parsed(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	object := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), &object.Object); err != nil {
		t.Fatal(err)
	}
	return object
}

// makeObject creates an object of a kind that will be served in a moment.
func makeObject(t *testing.T, resource schema.GroupVersionResource, namespace, text string) {
	t.Helper()
	client := dynamic.NewForConfigOrDie(cluster.plane.Config).Resource(resource).Namespace(namespace)
	eventually(t, "the object can be created", func() error {
		_, err := client.Create(cluster.ctx, parsed(t, text), metav1.CreateOptions{})
		if apierrors.IsAlreadyExists(err) {
			return nil
		}
		return err
	})
}

var definitions = schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}

func define(t *testing.T, kind string) {
	t.Helper()
	client := dynamic.NewForConfigOrDie(cluster.plane.Config).Resource(definitions)
	object := parsed(t, definition(kind, "v1"))
	eventually(t, "the definition can be created", func() error {
		_, err := client.Create(cluster.ctx, object, metav1.CreateOptions{})
		return err
	})
}

func undefine(t *testing.T, kind string) {
	t.Helper()
	client := dynamic.NewForConfigOrDie(cluster.plane.Config).Resource(definitions)
	if err := client.Delete(cluster.ctx, resourceOf(kind).GroupResource().String(), metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
}

func resourceOf(kind string) schema.GroupVersionResource {
	return schema.GroupVersionResource{Group: "example.com", Version: "v1", Resource: strings.ToLower(kind) + "s"}
}

// applyStages applies Stages until the test ends, and returns their ids.
func applyStages(t *testing.T, namespace string, texts ...string) []string {
	t.Helper()
	var sources []stages.Source
	for _, text := range texts {
		raw, err := json.Marshal(parsed(t, text).Object)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, stages.Source{File: "stage.yaml", Stage: raw})
	}
	ids, err := cluster.simulation.stages.Apply(cluster.ctx, registry.Target{Namespace: namespace}, sources)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cluster.simulation.stages.Remove(ids) })
	return ids
}

func stageOf(name, apiGroup, kind, spec string) string {
	return fmt.Sprintf("apiVersion: kwok.x-k8s.io/v1alpha1\nkind: Stage\nmetadata: {name: %s}\nspec:\n  resourceRef: {apiGroup: %s, kind: %s}\n  %s\n",
		name, apiGroup, kind, strings.ReplaceAll(spec, "\n", "\n  "))
}

const setsPhase = `selector: {matchExpressions: [{key: .status.phase, operator: DoesNotExist}]}
next: {statusTemplate: "phase: Done"}`

func phaseIs(resource schema.GroupVersionResource, namespace, name, want string) func() error {
	client := dynamic.NewForConfigOrDie(cluster.plane.Config).Resource(resource).Namespace(namespace)
	return func() error {
		object, err := client.Get(cluster.ctx, name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		if got, _, _ := unstructured.NestedString(object.Object, "status", "phase"); got != want {
			return fmt.Errorf("the phase is %q", got)
		}
		return nil
	}
}

func TestStagesArePlayedOnAKindThatIsDefinedLaterAndAgain(t *testing.T) {
	namespace := newNamespace(t)
	ids := applyStages(t, namespace, stageOf("done", "example.com/v1", "Tide", setsPhase))
	const tide = "apiVersion: example.com/v1\nkind: Tide\nmetadata: {name: web}"
	isWaiting := func() bool {
		list := cluster.simulation.stages.List(namespace)
		return len(list) == 1 && list[0].Waiting
	}
	for range 2 {
		eventually(t, "the kind is listed as waiting", func() error {
			if !isWaiting() {
				return errors.New("it is not")
			}
			return nil
		})
		define(t, "Tide")
		makeObject(t, resourceOf("Tide"), namespace, tide)
		eventually(t, "the Stage is played", phaseIs(resourceOf("Tide"), namespace, "web", "Done"))
		if isWaiting() {
			t.Error("a served kind is listed as waiting")
		}
		undefine(t, "Tide")
	}
	if removed := cluster.simulation.stages.Remove(ids); len(removed) != 1 {
		t.Errorf("removed %v", removed)
	}
}

func TestAVersionThatIsNotServedIsRejected(t *testing.T) {
	define(t, "Wave")
	t.Cleanup(func() { undefine(t, "Wave") })
	raw, _ := json.Marshal(parsed(t, stageOf("wave", "example.com/v2", "Wave", "selector: {}")).Object)
	eventually(t, "the definition is known", func() error {
		ids, err := cluster.simulation.stages.Apply(cluster.ctx, registry.Target{}, []stages.Source{{Stage: raw}})
		const want = `Stage "wave": spec.resourceRef.apiGroup is "example.com/v2": the API server serves Wave of example.com as v1`
		if err == nil || err.Error() != want {
			cluster.simulation.stages.Remove(ids)
			return fmt.Errorf("it says %v", err)
		}
		return nil
	})
}

func TestAStageSetsFinalizersRecordsEventsAndDeletes(t *testing.T) {
	namespace := newNamespace(t)
	applyStages(t, namespace,
		stageOf("hold", "v1", "ConfigMap", `selector: {matchLabels: {held: "true"}, matchExpressions: [
  {key: .metadata.deletionTimestamp, operator: DoesNotExist}, {key: '.metadata.finalizers.[]', operator: NotIn, values: [example.com/held]}]}
next: {event: {type: Normal, reason: Held, message: held by a Stage}, finalizers: {add: [{value: example.com/held}]}}`),
		stageOf("let-go", "v1", "ConfigMap", `selector: {matchLabels: {held: "true"}, matchExpressions: [{key: .metadata.deletionTimestamp, operator: Exists}]}
next: {finalizers: {remove: [{value: example.com/held}]}}`),
		stageOf("remove", "v1", "ConfigMap", `selector: {matchLabels: {remove: "true"}}
next: {delete: true}`))
	maps := cluster.CoreV1().ConfigMaps(namespace)
	for _, label := range []string{"held", "remove"} {
		object := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: label, Labels: map[string]string{label: "true"}}}
		if _, err := maps.Create(cluster.ctx, object, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	gone := func(name string) func() error {
		return func() error {
			if _, err := maps.Get(cluster.ctx, name, metav1.GetOptions{}); !apierrors.IsNotFound(err) {
				return fmt.Errorf("it is there: %w", err)
			}
			return nil
		}
	}
	eventually(t, "the Stage removes the ConfigMap", gone("remove"))
	eventually(t, "the finalizer is added", func() error {
		held, err := maps.Get(cluster.ctx, "held", metav1.GetOptions{})
		if err == nil && len(held.Finalizers) != 1 {
			err = errors.New("it is not")
		}
		return err
	})
	eventually(t, "the event is written", func() error {
		events, err := cluster.CoreV1().Events(namespace).List(cluster.ctx, metav1.ListOptions{FieldSelector: "reason=Held"})
		if err == nil && len(events.Items) != 1 {
			err = fmt.Errorf("there are %d", len(events.Items))
		}
		return err
	})
	if err := maps.Delete(cluster.ctx, "held", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the finalizer is removed", gone("held"))
}

func TestNewStagesInOneNamespaceReplayNoneInAnother(t *testing.T) {
	quiet, busy := newNamespace(t), newNamespace(t)
	const records = "selector: {matchLabels: {recorded: \"%s\"}}\nnext: {event: {type: Normal, reason: Recorded, message: recorded by a Stage}}"
	make := func(namespace, name string) {
		object := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"recorded": name}}}
		if _, err := cluster.CoreV1().ConfigMaps(namespace).Create(cluster.ctx, object, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	playedOnce := func(namespace string) func() error {
		return func() error {
			for _, applied := range cluster.simulation.stages.List(namespace) {
				if applied.Plays != 1 {
					return fmt.Errorf("%s was played %d times", applied.Name, applied.Plays)
				}
			}
			return nil
		}
	}
	applyStages(t, quiet, stageOf("quiet", "v1", "ConfigMap", fmt.Sprintf(records, "quiet")))
	make(quiet, "quiet")
	eventually(t, "it is played", playedOnce(quiet))
	for number := range 5 {
		name := fmt.Sprintf("busy-%d", number)
		applyStages(t, busy, stageOf(name, "v1", "ConfigMap", fmt.Sprintf(records, name)))
		make(busy, name)
		eventually(t, "the newest is played", func() error {
			list := cluster.simulation.stages.List(busy)
			if list[number].Plays == 0 {
				return errors.New("it is not")
			}
			return nil
		})
	}
	if err := playedOnce(quiet)(); err != nil {
		t.Error(err)
	}
}

func TestAStageMayNotCreateObjectsOutsideOfItsNamespace(t *testing.T) {
	namespace := newNamespace(t)
	for name, made := range map[string]string{
		"other":  "apiVersion: v1\n      kind: ConfigMap\n      metadata: {name: made, namespace: default}",
		"global": "apiVersion: v1\n      kind: Namespace\n      metadata: {name: made}",
	} {
		applyStages(t, namespace, stageOf(name, "v1", "Secret", "selector: {matchLabels: {makes: "+name+"}}\nsteps:\n- apply:\n    template: |\n      "+made))
		secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"makes": name}}}
		if _, err := cluster.CoreV1().Secrets(namespace).Create(cluster.ctx, secret, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "both are rejected", func() error {
		var reported []string
		for _, applied := range cluster.simulation.stages.List(namespace) {
			reported = append(reported, applied.Problems...)
		}
		all := strings.Join(reported, "\n")
		if len(reported) == 2 && strings.Contains(all, `creates a ConfigMap in namespace "default"`) && strings.Contains(all, "creates a Namespace, which has no namespace") {
			return nil
		}
		return fmt.Errorf("reported is %q", reported)
	})
	for _, check := range []func() error{
		func() error {
			_, err := cluster.CoreV1().ConfigMaps("default").Get(cluster.ctx, "made", metav1.GetOptions{})
			return err
		},
		func() error {
			_, err := cluster.CoreV1().Namespaces().Get(cluster.ctx, "made", metav1.GetOptions{})
			return err
		},
	} {
		if err := check(); !apierrors.IsNotFound(err) {
			t.Errorf("the object was made: %v", err)
		}
	}
}

func TestStagesEndWithTheirNamespace(t *testing.T) {
	namespace := newNamespace(t)
	applyStages(t, namespace, stageOf("done", "v1", "ConfigMap", "selector: {matchLabels: {nothing: here}}"))
	if err := cluster.CoreV1().Namespaces().Delete(cluster.ctx, namespace, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "they have ended", func() error {
		if left := cluster.simulation.stages.List(namespace); len(left) > 0 {
			return fmt.Errorf("left are %+v", left)
		}
		return nil
	})
}

func TestConditionsThatAStageSetsTaintANode(t *testing.T) {
	condition := `selector: {matchLabels: {staged: "true"}, matchExpressions: [{key: '.metadata.annotations.fit', operator: In, values: ["%[1]s"]}, {key: '.status.conditions.[] | select(.type == "Ready") | .status', operator: NotIn, values: ["%[2]s"]}]}
next: {statusTemplate: 'conditions: [{type: Ready, status: "%[2]s", lastTransitionTime: {{ Now | Quote }}}]'}`
	applyStages(t, "", stageOf("ready", "v1", "Node", fmt.Sprintf(condition, "yes", "True")),
		stageOf("lost", "v1", "Node", fmt.Sprintf(condition, "no", "Unknown")))
	nodes := cluster.CoreV1().Nodes()
	node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{
		Name: "staged", Labels: map[string]string{"staged": "true"}, Annotations: map[string]string{"fit": "yes"},
	}}
	made, err := nodes.Create(cluster.ctx, node, metav1.CreateOptions{})
	if err != nil || len(made.Spec.Taints) != 1 {
		t.Fatalf("a new Node has the taints %v: %v", made.Spec.Taints, err)
	}
	t.Cleanup(func() { _ = nodes.Delete(cluster.ctx, "staged", metav1.DeleteOptions{}) })
	tainted := func(want ...string) func() error {
		return func() error {
			node, err := nodes.Get(cluster.ctx, "staged", metav1.GetOptions{})
			if err != nil {
				return err
			}
			var keys []string
			for _, taint := range node.Spec.Taints {
				keys = append(keys, taint.Key)
			}
			if strings.Join(keys, " ") != strings.Join(want, " ") {
				return fmt.Errorf("its taints are %v", keys)
			}
			return nil
		}
	}
	eventually(t, "it can be scheduled on", tainted())
	patch := []byte(`[{"op":"replace","path":"/metadata/annotations/fit","value":"no"}]`)
	if _, err := nodes.Patch(cluster.ctx, "staged", "application/json-patch+json", patch, metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is unreachable for new pods and for old ones", tainted(corev1.TaintNodeUnreachable, corev1.TaintNodeUnreachable))
}
