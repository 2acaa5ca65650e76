package stages

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/kubernetes/scheme"
)

var (
	crdResource = apiextensions.SchemeGroupVersion.WithResource("customresourcedefinitions")
	crdKind     = apiextensions.SchemeGroupVersion.WithKind("CustomResourceDefinition")
)

// isBuiltIn reports that the kinds of a group are not defined by CustomResourceDefinitions.
func isBuiltIn(group string) bool {
	return scheme.Scheme.IsGroupRegistered(group) || group == apiextensions.GroupName || group == "apiregistration.k8s.io"
}

// checkServed returns an error for a kind that the API server will never serve. A custom resource may
// be defined later.
func (p *Player) checkServed(ctx context.Context, gvk schema.GroupVersionKind) error {
	if isBuiltIn(gvk.Group) {
		resource, err := builtInResource(p.Client.Discovery(), gvk)
		if err != nil {
			return err
		}
		p.mu.Lock()
		p.builtIn[gvk] = resource
		p.mu.Unlock()
		return nil
	}
	p.watchDefinitions.Do(func() { go p.definitions.run(p.ctx, p.Dynamic, crdResource, crdKind) })
	select {
	case <-p.definitions.filled:
	case <-ctx.Done():
		return ctx.Err()
	case <-p.ctx.Done():
		return p.ctx.Err()
	}
	_, _, err := p.resourceOf(gvk)
	return err
}

// resourceOf returns the resource under which a kind is served now, if it is.
func (p *Player) resourceOf(gvk schema.GroupVersionKind) (schema.GroupVersionResource, bool, error) {
	if isBuiltIn(gvk.Group) {
		resource, isServed := p.builtIn[gvk]
		return resource, isServed, nil
	}
	for _, definition := range p.definitions.store.List() {
		resource, isServed, err := customResource(definition, gvk)
		if isServed || err != nil {
			return resource, isServed, err
		}
	}
	return schema.GroupVersionResource{}, false, nil
}

func builtInResource(
	client discovery.DiscoveryInterface, gvk schema.GroupVersionKind,
) (schema.GroupVersionResource, error) {
	none := schema.GroupVersionResource{}
	version := gvk.GroupVersion().String()
	list, err := client.ServerResourcesForGroupVersion(version)
	if apierrors.IsNotFound(err) {
		return none, fmt.Errorf("spec.resourceRef.apiGroup is %q, which the API server does not serve", version)
	}
	if err != nil {
		return none, err
	}
	kinds := map[string]bool{}
	for _, resource := range list.APIResources {
		if strings.Contains(resource.Name, "/") || !slices.Contains(resource.Verbs, "watch") {
			continue
		}
		if resource.Kind == gvk.Kind {
			return gvk.GroupVersion().WithResource(resource.Name), nil
		}
		kinds[resource.Kind] = true
	}
	return none, fmt.Errorf("spec.resourceRef.kind is %q: it must be one of %s: %s",
		gvk.Kind, version, strings.Join(slices.Sorted(maps.Keys(kinds)), ", "))
}

// customResource returns the resource under which a CustomResourceDefinition serves a kind. It is an
// error when the definition is of that kind but does not serve that version.
func customResource(object any, gvk schema.GroupVersionKind) (schema.GroupVersionResource, bool, error) {
	none := schema.GroupVersionResource{}
	raw, ok := object.(*unstructured.Unstructured)
	if !ok || !defines(raw, gvk.GroupKind()) {
		return none, false, nil
	}
	var definition apiextensions.CustomResourceDefinition
	if runtime.DefaultUnstructuredConverter.FromUnstructured(raw.Object, &definition) != nil {
		return none, false, nil
	}
	isEstablished := slices.ContainsFunc(definition.Status.Conditions, func(condition apiextensions.CustomResourceDefinitionCondition) bool {
		return condition.Type == apiextensions.Established && condition.Status == apiextensions.ConditionTrue
	})
	if !isEstablished {
		return none, false, nil
	}
	var versions []string
	for _, version := range definition.Spec.Versions {
		if version.Served && version.Name == gvk.Version {
			return gvk.GroupVersion().WithResource(definition.Spec.Names.Plural), true, nil
		}
		if version.Served {
			versions = append(versions, version.Name)
		}
	}
	return none, false, fmt.Errorf("spec.resourceRef.apiGroup is %q: the API server serves %s of %s as %s",
		gvk.GroupVersion(), gvk.Kind, gvk.Group, strings.Join(versions, ", "))
}

func defines(definition *unstructured.Unstructured, kind schema.GroupKind) bool {
	group, _, _ := unstructured.NestedString(definition.Object, "spec", "group")
	name, _, _ := unstructured.NestedString(definition.Object, "spec", "names", "kind")
	return group == kind.Group && name == kind.Kind
}
