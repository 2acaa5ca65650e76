package environment

import (
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func fieldRef(path string) *corev1.EnvVarSource {
	return &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: path}}
}

func resourceRef(container, name string) *corev1.EnvVarSource {
	return &corev1.EnvVarSource{ResourceFieldRef: &corev1.ResourceFieldSelector{ContainerName: container, Resource: name}}
}

func TestThePodDecidesTheValuesOfVariables(t *testing.T) {
	key := corev1.ConfigMapKeySelector{Key: "key"}
	for name, test := range map[string]struct {
		env  []corev1.EnvVar
		from []corev1.EnvFromSource
		want string
	}{
		"a value":              {env: []corev1.EnvVar{{Value: "a"}}, want: "a"},
		"an empty value":       {env: []corev1.EnvVar{{}}, want: ""},
		"a name":               {env: []corev1.EnvVar{{ValueFrom: fieldRef("metadata.name")}}, want: "web-0"},
		"a namespace":          {env: []corev1.EnvVar{{ValueFrom: fieldRef("metadata.namespace")}}, want: "shop"},
		"a uid":                {env: []corev1.EnvVar{{ValueFrom: fieldRef("metadata.uid")}}, want: "1234"},
		"a label":              {env: []corev1.EnvVar{{ValueFrom: fieldRef("metadata.labels['app']")}}, want: "web"},
		"an annotation":        {env: []corev1.EnvVar{{ValueFrom: fieldRef("metadata.annotations['example.com/a']")}}, want: "b"},
		"no such label":        {env: []corev1.EnvVar{{ValueFrom: fieldRef("metadata.labels['other']")}}, want: ""},
		"a node":               {env: []corev1.EnvVar{{ValueFrom: fieldRef("spec.nodeName")}}, want: "node-1"},
		"an account":           {env: []corev1.EnvVar{{ValueFrom: fieldRef("spec.serviceAccountName")}}, want: "runner"},
		"the node's address":   {env: []corev1.EnvVar{{ValueFrom: fieldRef("status.hostIP")}}, want: "192.0.2.1"},
		"the pod's address":    {env: []corev1.EnvVar{{ValueFrom: fieldRef("status.podIP")}}, want: "10.0.0.1"},
		"a request":            {env: []corev1.EnvVar{{ValueFrom: resourceRef("", "requests.cpu")}}, want: "2"},
		"a limit":              {env: []corev1.EnvVar{{ValueFrom: resourceRef("", "limits.memory")}}, want: "1048576"},
		"the node's limit":     {env: []corev1.EnvVar{{ValueFrom: resourceRef("", "limits.cpu")}}, want: Unknown},
		"another container":    {env: []corev1.EnvVar{{ValueFrom: resourceRef("other", "limits.cpu")}}, want: "3"},
		"a ConfigMap":          {env: []corev1.EnvVar{{ValueFrom: &corev1.EnvVarSource{ConfigMapKeyRef: &key}}}, want: Unknown},
		"a reference":          {env: []corev1.EnvVar{{Name: "A", Value: "a"}, {Value: "$(A)-$(A)"}}, want: "a-a"},
		"an escaped one":       {env: []corev1.EnvVar{{Name: "A", Value: "a"}, {Value: "$$(A)"}}, want: "$(A)"},
		"a later one":          {env: []corev1.EnvVar{{Value: "$(A)"}, {Name: "A", Value: "a"}}, want: "$(A)"},
		"an unknown one":       {env: []corev1.EnvVar{{Name: "A", ValueFrom: &corev1.EnvVarSource{ConfigMapKeyRef: &key}}, {Value: "x$(A)"}}, want: Unknown},
		"one of a Service":     {env: []corev1.EnvVar{{Value: "$(DB_SERVICE_HOST)"}}, want: Unknown},
		"one of an object":     {env: []corev1.EnvVar{{Value: "$(A)"}}, from: []corev1.EnvFromSource{{}}, want: Unknown},
		"a later value":        {env: []corev1.EnvVar{{Value: "a"}, {Value: "b"}}, want: "b"},
		"a reserved character": {env: []corev1.EnvVar{{Value: Unknown}}, want: Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			for index := range test.env {
				if test.env[index].Name == "" {
					test.env[index].Name = "X"
				}
			}
			pod := &corev1.Pod{
				ObjectMeta: metav1.ObjectMeta{
					Name: "web-0", Namespace: "shop", UID: "1234",
					Labels: map[string]string{"app": "web"}, Annotations: map[string]string{"example.com/a": "b"},
				},
				Spec: corev1.PodSpec{NodeName: "node-1", ServiceAccountName: "runner", Containers: []corev1.Container{
					{Name: "app", Env: test.env, EnvFrom: test.from, Resources: corev1.ResourceRequirements{
						Requests: corev1.ResourceList{"cpu": resource.MustParse("1500m")},
						Limits:   corev1.ResourceList{"memory": resource.MustParse("1Mi")},
					}},
					{Name: "other", Resources: corev1.ResourceRequirements{Limits: corev1.ResourceList{"cpu": resource.MustParse("3")}}},
				}},
			}
			variables := Of(pod, &pod.Spec.Containers[0], Addresses{HostIP: "192.0.2.1", PodIP: "10.0.0.1"})
			value, ok := variables.Value("X")
			if value != test.want || ok != (test.want != Unknown) {
				t.Errorf("%q, known %t, want %q", value, ok, test.want)
			}
		})
	}
}

func TestAVariableThatTheSpecDoesNotNameIsUnknown(t *testing.T) {
	container := &corev1.Container{Env: []corev1.EnvVar{{Name: "A", Value: "a"}}}
	variables := Of(&corev1.Pod{}, container, Addresses{})
	if value, ok := variables.Value("HOME"); ok {
		t.Errorf("%q", value)
	}
	got := strings.Join(variables.Expand([]string{"$(A)", "$(HOME)", "$(WEB_PORT)"}), " ")
	if want := "a $(HOME) " + Unknown; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestAProbesCommandHasTheTextOfTheSpec(t *testing.T) {
	env := []corev1.EnvVar{{Name: "A", Value: "$(B)"}, {Name: "C", ValueFrom: fieldRef("metadata.name")}}
	got := strings.Join(ExpandStatic([]string{"$(A)", "$(C)", "$(D)"}, env), "|")
	if want := "$(B)||$(D)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestVariablesThatMultiplyAreUnknown(t *testing.T) {
	env := []corev1.EnvVar{{Name: "A0", Value: "aaaaaaaa"}}
	for index := 1; index < 200; index++ {
		value := strings.Repeat(fmt.Sprintf("$(A%d)", index-1), 1000)
		env = append(env, corev1.EnvVar{Name: fmt.Sprintf("A%d", index), Value: value})
	}
	container := &corev1.Container{Env: env}
	for index := range 1000 {
		container.Args = append(container.Args, fmt.Sprintf("%d $(A1)", index))
	}
	variables := Of(&corev1.Pod{}, container, Addresses{})
	if value, ok := variables.Value("A1"); !ok || len(value) != 8000 {
		t.Errorf("%d bytes, known %t", len(value), ok)
	}
	if value, ok := variables.Value("A199"); ok {
		t.Errorf("%d bytes", len(value))
	}
	if length := len(strings.Join(variables.Expand(container.Args), "")); length > maxExpanded {
		t.Errorf("%d bytes", length)
	}
}
