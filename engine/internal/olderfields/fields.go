// Package olderfields makes an API server that emulates an older version of Kubernetes refuse the fields that the
// version does not know. Upstream's emulation switches kinds and features off, but its schemas are those of the binary.
package olderfields

import (
	_ "embed"
	"encoding/json"
	"reflect"

	"k8s.io/kube-openapi/pkg/common"
	openapiutil "k8s.io/kube-openapi/pkg/util"
)

// Fields are the names of fields by the OpenAPI name of the type that has them, such as io.k8s.api.core.v1.PodSpec.
type Fields map[string][]string

//go:embed unknown.json
var unknown []byte

// UnknownTo returns the fields of this binary's API that a version such as "1.35" does not know. They are nil for the
// binary's own version.
func UnknownTo(version string) (Fields, error) {
	byVersion := map[string]Fields{}
	if err := json.Unmarshal(unknown, &byVersion); err != nil {
		return nil, err
	}
	return byVersion[version], nil
}

// RemoveFrom removes the fields from the schemas of both configurations, by which server-side apply reads objects. It
// must be called before the API server is built.
func (f Fields) RemoveFrom(v2 *common.Config, v3 *common.OpenAPIV3Config) {
	if len(f) == 0 {
		return
	}
	v2.GetDefinitions = f.without(v2.GetDefinitions)
	v3.GetDefinitions = f.without(v3.GetDefinitions)
	f.removeFrom(v3.Definitions)
}

func (f Fields) without(all common.GetOpenAPIDefinitions) common.GetOpenAPIDefinitions {
	return func(reference common.ReferenceCallback) map[string]common.OpenAPIDefinition {
		definitions := all(reference)
		f.removeFrom(definitions)
		return definitions
	}
}

func (f Fields) removeFrom(definitions map[string]common.OpenAPIDefinition) {
	for name, fields := range f {
		for _, field := range fields {
			delete(definitions[name].Schema.Properties, field)
		}
	}
}

// of returns those of a Go type.
func (f Fields) of(of reflect.Type) []string {
	return f[openapiutil.ToRESTFriendlyName(of.PkgPath()+"."+of.Name())]
}
