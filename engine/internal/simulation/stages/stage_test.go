package stages

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/kwok/pkg/utils/lifecycle"
	"sigs.k8s.io/yaml"
)

// sourceOf returns a Stage with a spec in YAML.
func sourceOf(t *testing.T, spec string) Source {
	t.Helper()
	text := "apiVersion: kwok.x-k8s.io/v1alpha1\nkind: Stage\nmetadata:\n  name: ready\nspec:\n" + indent(spec)
	raw, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return Source{File: "stages.yaml", Stage: raw}
}

func indent(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ") + "\n"
}

const certificate = "resourceRef: {apiGroup: cert-manager.io/v1, kind: Certificate}\n"

func TestAMistakeIsReportedWithFileNameAndField(t *testing.T) {
	for _, test := range []struct{ spec, message string }{
		{"selector: {}", "spec.resourceRef.kind is missing"},
		{"resourceRef: {apiGroup: apps, kind: Deployment}\nselector: {}", `spec.resourceRef.apiGroup is "apps": it must be v1, or a group`},
		{certificate, "spec.selector is missing: the Stage would select nothing"},
		{certificate + "selectr: {}", `unknown field "spec.selectr"`},
		{certificate + "selector: {matchLabels: {-a: b}}", "spec.selector.matchLabels: "},
		{
			certificate + "selector: {matchExpressions: [{key: '.a', operator: Exists}, {key: '.status.[', operator: Exists}]}",
			`spec.selector.matchExpressions[1].key: jq ".status.[": unexpected EOF`,
		},
		{
			certificate + "selector: {matchExpressions: [{key: .a, operator: In}]}",
			"spec.selector.matchExpressions[0]: for 'in', 'notin' operators, values set can't be empty",
		},
		{
			certificate + "selector: {matchExpressions: [{key: .a, operator: Equals, values: [b]}]}",
			`spec.selector.matchExpressions[0]: operator "Equals" is not supported`,
		},
		{
			certificate + "selector: {matchExpressions: [{jq: {key: 'nofunction', operator: Exists}}]}",
			"spec.selector.matchExpressions[0].jq.key: jq \"nofunction\": function not defined: nofunction/0",
		},
		{
			certificate + "selector: {matchExpressions: [{cel: {expression: 'self.('}}]}",
			"spec.selector.matchExpressions[0].cel.expression: ERROR: :1:6: Syntax error",
		},
		{certificate + "selector: {matchExpressions: [{operator: Exists}]}", "has 0 of key, jq and cel"},
		{certificate + "selector: {}\nweight: -1", "spec.weight is -1: it must not be negative"},
		{certificate + "selector: {}\nweightFrom: {expressionFrom: '.a |'}", `spec.weightFrom.expressionFrom: jq ".a |"`},
		{certificate + "selector: {}\ndelay: {durationMilliseconds: -5}", "spec.delay.durationMilliseconds is -5"},
		{certificate + "selector: {}\ndelay: {durationFrom: {jq: {expression: '.['}}}", `spec.delay.durationFrom.jq.expression: jq ".["`},
		{certificate + "selector: {}\ndelay: {jitterDurationFrom: {expressionFrom: '.['}}", `spec.delay.jitterDurationFrom.expressionFrom: jq`},
		{
			certificate + "selector: {}\nnext: {statusTemplate: \"a: 1\\nb: {{ Nothing }}\"}",
			`spec.next.statusTemplate: line 2: function "Nothing" not defined`,
		},
		{
			certificate + "selector: {}\nnext: {statusTemplate: \"ip: {{ PodIP }}\"}",
			`spec.next.statusTemplate: line 1: function "PodIP" not defined`,
		},
		{certificate + "selector: {}\nnext: {patches: [{template: 'a: 1'}, {template: '{{ if }}'}]}", "spec.next.patches[1].template: line 1: "},
		{certificate + "selector: {}\nsteps: [{patch: {template: '{{'}}]", "spec.steps[0].patch.template: line 1: unclosed action"},
		{certificate + "selector: {}\nsteps: [{patch: {type: strategic}}]", "spec.steps[0].patch.type is strategic, which custom resources do not support"},
		{certificate + "selector: {}\nsteps: [{delete: true}, {apply: {type: json}}]", `spec.steps[1].apply.type is "json": it must be one of [apply`},
		{certificate + "selector: {}\nnext: {event: {type: Error, reason: A}}", `spec.next.event.type is "Error": it must be Normal or Warning`},
	} {
		_, err := read(sourceOf(t, test.spec))
		if want := `stages.yaml: Stage "ready": `; err == nil || !strings.HasPrefix(err.Error(), want) || !strings.Contains(err.Error(), test.message) {
			t.Errorf("%s\nsays %v\nnot %s", test.spec, err, test.message)
		}
	}
}

func TestAnObjectThatIsNotAStageIsRejected(t *testing.T) {
	for raw, message := range map[string]string{
		`{"apiVersion":"kwok.x-k8s.io/v1alpha1","kind":"Stages","metadata":{"name":"a"},"spec":{"resourceRef":{"kind":"Pod"}}}`: "it is a Stages of",
		`{"apiVersion":"kwok.x-k8s.io/v1alpha1","kind":"Stage","spec":{"resourceRef":{"kind":"Pod"}}}`:                          "metadata.name is missing",
		`{"apiVersion":"kwok.x-k8s.io/v1alpha1","kind":"Stage","metadata":{"name":"a"},"spec":"ready"}`:                         `Stage "a": json: cannot unmarshal string`,
	} {
		if _, err := read(Source{Stage: []byte(raw)}); err == nil || !strings.Contains(err.Error(), message) {
			t.Errorf("%s says %v, not %s", raw, err, message)
		}
	}
}

func object(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	made := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), &made.Object); err != nil {
		t.Fatal(err)
	}
	return made
}

func TestAStageSelectsByLabelsAnnotationsAndExpressions(t *testing.T) {
	const subject = `
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: web, labels: {app: web}, annotations: {owner: "team a"}}
spec: {secretName: web-tls, replicas: 3}
status: {conditions: [{type: Ready, status: "False"}]}
`
	for selector, want := range map[string]bool{
		`{}`:                                  true,
		`{matchLabels: {app: web}}`:           true,
		`{matchLabels: {app: db}}`:            false,
		`{matchAnnotations: {owner: team a}}`: true,
		`{matchLabels: {app: web}, matchAnnotations: {owner: b}}`:                                                                      false,
		`{matchExpressions: [{key: .spec.secretName, operator: In, values: [a, web-tls]}]}`:                                            true,
		`{matchExpressions: [{key: .spec.secretName, operator: NotIn, values: [web-tls]}]}`:                                            false,
		`{matchExpressions: [{key: .spec.issuerRef, operator: Exists}]}`:                                                               false,
		`{matchExpressions: [{key: .metadata.deletionTimestamp, operator: DoesNotExist}]}`:                                             true,
		`{matchExpressions: [{cel: {expression: 'self.spec.replicas > 2'}}]}`:                                                          true,
		`{matchExpressions: [{jq: {key: '.spec.replicas > 2', operator: In, values: ["true"]}}]}`:                                      true,
		`{matchExpressions: [{key: '.status.conditions.[] | select(.type == "Ready") | .status', operator: NotIn, values: ["True"]}]}`: true,
	} {
		s, err := read(sourceOf(t, certificate+"selector: "+selector))
		if err != nil {
			t.Fatal(err)
		}
		event, err := newEvent(object(t, subject))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.selects(context.Background(), event); err != nil || got != want {
			t.Errorf("%s: %v, %v, expected %v", selector, got, err, want)
		}
	}
}

func TestAnEndlessExpressionIsStopped(t *testing.T) {
	s, err := read(sourceOf(t, certificate+`selector: {matchExpressions: [{key: "def f: f; f", operator: DoesNotExist}]}`))
	if err != nil {
		t.Fatal(err)
	}
	event, err := newEvent(object(t, "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: web}"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	selected, err := s.selects(ctx, event)
	if selected || err == nil || !strings.Contains(err.Error(), `stages.yaml: Stage "ready": spec.selector: context deadline exceeded`) {
		t.Errorf("selected %v, %v", selected, err)
	}
}

func TestAFailingStageDoesNotPreventTheOthers(t *testing.T) {
	failing, err := read(sourceOf(t, certificate+`selector: {matchExpressions: [{cel: {expression: 'self.status.phase == "New"'}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	good, err := read(sourceOf(t, certificate+"selector: {}"))
	if err != nil {
		t.Fatal(err)
	}
	event, err := newEvent(object(t, "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: web}"))
	if err != nil {
		t.Fatal(err)
	}
	if chosen, err := choose(context.Background(), []*stage{failing, good}, event); err != nil || chosen != good {
		t.Errorf("chosen %+v, %v", chosen, err)
	}
	if _, err := choose(context.Background(), []*stage{failing}, event); err == nil || !strings.Contains(err.Error(), "no such key: status") {
		t.Errorf("the failure is not reported: %v", err)
	}
}

func TestWeightsChooseAmongSelectingStages(t *testing.T) {
	const subject = "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: web, annotations: {weight: \"0\"}}"
	for _, test := range []struct {
		weights []string
		want    []bool
	}{
		{[]string{"weight: 0", "weight: 3"}, []bool{false, true}},
		{[]string{"weight: 5", "weight: 3"}, []bool{true, true}},
		{[]string{"weight: 0", "weight: 0"}, []bool{true, true}},
		{[]string{"weight: 5\nweightFrom: {expressionFrom: '.metadata.annotations.weight'}", "weight: 1"}, []bool{false, true}},
		{[]string{"weight: 5\nweightFrom: {expressionFrom: '.metadata.annotations.other'}", "weight: 0"}, []bool{true, false}},
	} {
		var all []*stage
		for _, weight := range test.weights {
			s, err := read(sourceOf(t, certificate+"selector: {}\n"+weight))
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, s)
		}
		got := make([]bool, len(all))
		// With weights of 5 and 3, each is chosen within 200 turns.
		for range 200 {
			event, err := newEvent(object(t, subject))
			if err != nil {
				t.Fatal(err)
			}
			chosen, err := choose(context.Background(), all, event)
			if err != nil {
				t.Fatal(err)
			}
			got[slices.Index(all, chosen)] = true
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%v: chosen were %v, expected %v", test.weights, got, test.want)
		}
	}
}

func TestADelayIsANumberOrAnExpressionWithJitter(t *testing.T) {
	const subject = "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: web, annotations: {delay: 3s, at: \"2026-01-01T00:00:10Z\"}}"
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for spec, between := range map[string][2]time.Duration{
		"":                                   {0, 0},
		"delay: {durationMilliseconds: 500}": {500 * time.Millisecond, 500 * time.Millisecond},
		"delay: {durationMilliseconds: 500, jitterDurationMilliseconds: 700}":                             {500 * time.Millisecond, 700 * time.Millisecond},
		"delay: {durationMilliseconds: 500, jitterDurationMilliseconds: 100}":                             {100 * time.Millisecond, 100 * time.Millisecond},
		"delay: {durationMilliseconds: 5, durationFrom: {expressionFrom: '.metadata.annotations.delay'}}": {3 * time.Second, 3 * time.Second},
		"delay: {durationMilliseconds: 5, durationFrom: {expressionFrom: '.metadata.annotations.none'}}":  {5 * time.Millisecond, 5 * time.Millisecond},
		"delay: {durationFrom: {jq: {expression: '.metadata.annotations.at'}}}":                           {10 * time.Second, 10 * time.Second},
	} {
		s, err := read(sourceOf(t, certificate+"selector: {}\n"+spec))
		if err != nil {
			t.Fatal(err)
		}
		event, err := newEvent(object(t, subject))
		if err != nil {
			t.Fatal(err)
		}
		for range 50 {
			if got, _, err := s.parsed.Delay(context.Background(), event, now); err != nil || got < between[0] || got > between[1] {
				t.Errorf("%s: %v, %v, expected %v", spec, got, err, between)
			}
		}
	}
}

func TestAPatchIsForOneObjectOnly(t *testing.T) {
	for _, test := range []struct{ patchType, data, want string }{
		{"application/merge-patch+json", `{"status":{"a":1}}`, `{"metadata":{"uid":"u1"},"status":{"a":1}}`},
		{"application/merge-patch+json", `{"metadata":{"labels":{"a":"b"}}}`, `{"metadata":{"labels":{"a":"b"},"uid":"u1"}}`},
		{"application/json-patch+json", `[{"op":"remove","path":"/a"}]`, `[{"op":"test","path":"/metadata/uid","value":"u1"},{"op":"remove","path":"/a"}]`},
	} {
		got, err := onlyFor("u1", patchOf(test.patchType, test.data))
		if err != nil || string(got) != test.want {
			t.Errorf("%s: %s, %v, expected %s", test.data, got, err, test.want)
		}
	}
	if _, err := onlyFor("u1", patchOf("application/merge-patch+json", `"text"`)); err == nil {
		t.Error("a patch that is not an object is accepted")
	}
}

func patchOf(patchType, data string) *lifecycle.Patch {
	return &lifecycle.Patch{Type: types.PatchType(patchType), Data: []byte(data)}
}
