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

// served is where the API server serves a kind.
type served struct {
	schema.GroupVersionResource
	namespaced bool
}

var (
	crdResource = apiextensions.SchemeGroupVersion.WithResource("customresourcedefinitions")
	crdKind     = apiextensions.SchemeGroupVersion.WithKind("CustomResourceDefinition")
)

// isBuiltIn says that the kinds of a group do not come with CustomResourceDefinitions.
func isBuiltIn(group string) bool {
	return scheme.Scheme.IsGroupRegistered(group) || group == apiextensions.GroupName || group == "apiregistration.k8s.io"
}

// builtIn finds a kind of the API server's own.
func builtIn(client discovery.DiscoveryInterface, gvk schema.GroupVersionKind) (served, error) {
	version := gvk.GroupVersion().String()
	list, err := client.ServerResourcesForGroupVersion(version)
	if apierrors.IsNotFound(err) {
		return served{}, fmt.Errorf("spec.resourceRef.apiGroup is %q, which the API server does not serve", version)
	}
	if err != nil {
		return served{}, err
	}
	kinds := map[string]bool{}
	for _, resource := range list.APIResources {
		if strings.Contains(resource.Name, "/") || !slices.Contains(resource.Verbs, "watch") {
			continue
		}
		if resource.Kind == gvk.Kind {
			return served{gvk.GroupVersion().WithResource(resource.Name), resource.Namespaced}, nil
		}
		kinds[resource.Kind] = true
	}
	return served{}, fmt.Errorf("spec.resourceRef.kind is %q: it must be one of %s: %s",
		gvk.Kind, version, strings.Join(slices.Sorted(maps.Keys(kinds)), ", "))
}

// custom reads from a CustomResourceDefinition whether it serves a kind. It says what is wrong with a version that it will never serve.
func custom(object any, gvk schema.GroupVersionKind) (found served, isServed bool, err error) {
	raw, ok := object.(*unstructured.Unstructured)
	if !ok {
		return served{}, false, nil
	}
	var crd apiextensions.CustomResourceDefinition
	if runtime.DefaultUnstructuredConverter.FromUnstructured(raw.Object, &crd) != nil ||
		crd.Spec.Group != gvk.Group || crd.Spec.Names.Kind != gvk.Kind {
		return served{}, false, nil
	}
	isEstablished := slices.ContainsFunc(crd.Status.Conditions, func(condition apiextensions.CustomResourceDefinitionCondition) bool {
		return condition.Type == apiextensions.Established && condition.Status == apiextensions.ConditionTrue
	})
	if !isEstablished {
		return served{}, false, nil
	}
	var versions []string
	for _, version := range crd.Spec.Versions {
		if version.Served && version.Name == gvk.Version {
			resource := gvk.GroupVersion().WithResource(crd.Spec.Names.Plural)
			return served{resource, crd.Spec.Scope == apiextensions.NamespaceScoped}, true, nil
		}
		if version.Served {
			versions = append(versions, version.Name)
		}
	}
	return served{}, false, fmt.Errorf("spec.resourceRef.apiGroup is %q: the API server serves %s of %s as %s",
		gvk.GroupVersion(), gvk.Kind, gvk.Group, strings.Join(versions, ", "))
}

// kindOf finds where a kind is served. A kind of a group that is not the API server's own may come later.
func (p *Player) kindOf(ctx context.Context, gvk schema.GroupVersionKind) (served, bool, error) {
	if isBuiltIn(gvk.Group) {
		found, err := builtIn(p.config.Client.Discovery(), gvk)
		return found, err == nil, err
	}
	if err := p.watchDefinitions(ctx); err != nil {
		return served{}, false, err
	}
	return p.definitions.find(gvk)
}

// find looks for a kind among the CustomResourceDefinitions.
func (m *mirror) find(gvk schema.GroupVersionKind) (served, bool, error) {
	for _, object := range m.store.List() {
		found, isServed, err := custom(object, gvk)
		if isServed || err != nil {
			return found, isServed, err
		}
	}
	return served{}, false, nil
}
