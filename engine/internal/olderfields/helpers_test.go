package olderfields

import (
	"reflect"
	"strings"

	openapiutil "k8s.io/kube-openapi/pkg/util"
	"k8s.io/kube-openapi/pkg/validation/spec"
)

// warnings records the warnings of a response.
type warnings struct{ texts []string }

func (w *warnings) AddWarning(_, text string) { w.texts = append(w.texts, text) }

func noReference(string) spec.Ref { return spec.Ref{} }

func quoted(text string) string { return strings.ReplaceAll(text, `"`, `\"`) }

func hasField(of reflect.Type, name string) bool {
	_, owner := fieldNamed(of, name)
	return owner != nil
}

// collect adds the type and all types in it, by their OpenAPI names.
func collect(of reflect.Type, byName map[string]reflect.Type) {
	switch of.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		collect(of.Elem(), byName)
	case reflect.Struct:
		name := openapiutil.ToRESTFriendlyName(of.PkgPath() + "." + of.Name())
		if byName[name] != nil {
			return
		}
		byName[name] = of
		for index := range of.NumField() {
			collect(of.Field(index).Type, byName)
		}
	}
}
