package failure

import (
	"strings"

	release "helm.sh/helm/v4/pkg/release/v1"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
	"sigs.k8s.io/yaml"

	"seatrial/engine/internal/helm/wire"
)

// manifestIndex knows the API version and the kind of each object of a release: error messages
// leave out the API version, and those of the API server sometimes have a resource ("namespaces")
// in place of the kind.
type manifestIndex struct {
	namespace string
	objects   []wire.ObjectRef
}

func newManifestIndex(rel *release.Release) *manifestIndex {
	if rel == nil {
		return &manifestIndex{}
	}
	index := &manifestIndex{namespace: rel.Namespace}
	for _, document := range releaseutil.SplitManifests(rel.Manifest) {
		index.add(document)
	}
	for _, hook := range rel.Hooks {
		index.add(hook.Manifest)
	}
	return index
}

func (m *manifestIndex) add(document string) {
	var head struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
		Metadata   struct {
			Name      string `json:"name"`
			Namespace string `json:"namespace"`
		} `json:"metadata"`
	}
	if err := yaml.Unmarshal([]byte(document), &head); err != nil || head.Kind == "" {
		return
	}
	m.objects = append(m.objects, wire.ObjectRef{
		APIVersion: head.APIVersion,
		Kind:       head.Kind,
		Namespace:  head.Metadata.Namespace,
		Name:       head.Metadata.Name,
	})
}

func (m *manifestIndex) complete(object *wire.ObjectRef) {
	if object == nil || object.APIVersion != "" {
		return
	}
	for _, known := range m.objects {
		if known.Name != object.Name || !sameKind(known.Kind, object.Kind) {
			continue
		}
		if object.Namespace != "" && known.Namespace != "" && object.Namespace != known.Namespace {
			continue
		}
		object.APIVersion, object.Kind = known.APIVersion, known.Kind
		if object.Namespace == "" {
			object.Namespace = known.Namespace
		}
		return
	}
}

func sameKind(kind, other string) bool {
	return strings.EqualFold(kind, other) || strings.EqualFold(kind+"s", other)
}
