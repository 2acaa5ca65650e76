package client

import (
	"context"
	"regexp"
	"strings"
	"time"

	"helm.sh/helm/v4/pkg/kube"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/rand"
	"k8s.io/client-go/dynamic"
)

const (
	policyTimeout = 5 * time.Second
	policyPoll    = 20 * time.Millisecond
	markerLabel   = "seatrial.dev/marker"
	policyGroup   = "admissionregistration.k8s.io"
)

var policyKind = regexp.MustCompile(`^(Validating|Mutating)AdmissionPolicy(Binding)?$`)

// notePolicies remembers the admission policies that were written: upstream compiles them once a second, and until then
// they are not enforced.
func (c *observedClient) notePolicies(lists ...kube.ResourceList) {
	for _, list := range lists {
		for _, info := range list {
			kind := info.Mapping.GroupVersionKind
			if parts := policyKind.FindStringSubmatch(kind.Kind); parts != nil && kind.Group == policyGroup {
				c.written[parts[1]] = true
			}
		}
	}
}

// awaitPolicies waits until the policies are enforced that were written before. It is called before objects are created, so
// that whether the Pods of a hook meet the policies of their own chart is not a matter of time. It does nothing on a control
// plane of others.
func (c *observedClient) awaitPolicies() {
	if c.cluster.delayControllers == nil || len(c.written) == 0 {
		return
	}
	config, err := c.cluster.RESTConfig(nil)
	if err != nil {
		return
	}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(waitContext(c.ctx), policyTimeout)
	defer cancel()
	for kind := range c.written {
		awaitMarker(ctx, client, kind)
		delete(c.written, kind)
	}
}

// awaitMarker creates a policy that refuses one object, and returns when it is enforced: admission sees the changes of a
// kind in their order. Another policy that refuses everything hides it, which ends with the context.
func awaitMarker(ctx context.Context, client dynamic.Interface, kind string) {
	name := "seatrial-" + rand.String(12)
	resource := func(suffix string) dynamic.ResourceInterface {
		plural := map[string]string{"": "policies", "Binding": "policybindings"}[suffix]
		return client.Resource(schema.GroupVersionResource{
			Group: policyGroup, Version: "v1", Resource: strings.ToLower(kind) + "admission" + plural,
		})
	}
	specs := map[string]map[string]any{"": markerSpec(kind, name), "Binding": {"policyName": name}}
	if kind == "Validating" {
		specs["Binding"]["validationActions"] = []any{"Deny"}
	}
	for _, suffix := range []string{"", "Binding"} {
		object := &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": policyGroup + "/v1", "kind": kind + "AdmissionPolicy" + suffix,
			"metadata": map[string]any{"name": name}, "spec": specs[suffix],
		}}
		if _, err := resource(suffix).Create(ctx, object, metav1.CreateOptions{}); err != nil {
			return
		}
		defer func() {
			_ = resource(suffix).Delete(context.WithoutCancel(ctx), name, metav1.DeleteOptions{})
		}()
	}
	probe := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap",
		"metadata": map[string]any{"name": "seatrial-probe", "labels": map[string]any{markerLabel: name}},
	}}
	probes := client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}).Namespace("default")
	for ctx.Err() == nil {
		_, err := probes.Create(ctx, probe.DeepCopy(), metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		if err != nil && strings.Contains(err.Error(), name) {
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(policyPoll):
		}
	}
}

func markerSpec(kind, name string) map[string]any {
	spec := map[string]any{
		"failurePolicy": "Fail",
		"matchConstraints": map[string]any{
			"objectSelector": map[string]any{"matchLabels": map[string]any{markerLabel: name}},
			"resourceRules": []any{map[string]any{
				"apiGroups": []any{""}, "apiVersions": []any{"v1"}, "operations": []any{"CREATE"}, "resources": []any{"configmaps"},
			}},
		},
	}
	if kind == "Validating" {
		spec["validations"] = []any{map[string]any{"expression": "false"}}
		return spec
	}
	spec["reinvocationPolicy"] = "Never"
	// The parent does not exist, which refuses the object.
	spec["mutations"] = []any{map[string]any{
		"patchType": "JSONPatch",
		"jsonPatch": map[string]any{"expression": `[JSONPatch{op: "add", path: "/no/no", value: 1}]`},
	}}
	return spec
}
