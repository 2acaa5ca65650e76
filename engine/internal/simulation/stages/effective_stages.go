package stages

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// releaseNamespace is the annotation with which Helm marks the objects of a release.
const releaseNamespace = "meta.helm.sh/release-namespace"

// stagesOf returns the Stages that apply to an object: those of its namespace or, when there are none
// for its kind, those of all namespaces.
func (p *Player) stagesOf(gvk schema.GroupVersionKind, object *unstructured.Unstructured) []*stage {
	return p.stagesIn(gvk, namespaceOf(object))
}

func (p *Player) stagesIn(gvk schema.GroupVersionKind, namespace string) []*stage {
	var own, general []*stage
	for _, entry := range p.registry.All() {
		switch {
		case entry.Value.gvk != gvk:
		case entry.Namespace == "":
			general = append(general, entry.Value)
		case entry.Namespace == namespace:
			own = append(own, entry.Value)
		}
	}
	if len(own) > 0 {
		return own
	}
	return general
}

// namespaceOf returns the namespace whose Stages apply to an object: its own or, for a cluster-scoped
// object, that of its release.
func namespaceOf(object *unstructured.Unstructured) string {
	if namespace := object.GetNamespace(); namespace != "" {
		return namespace
	}
	return object.GetAnnotations()[releaseNamespace]
}
