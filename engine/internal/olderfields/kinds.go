package olderfields

import (
	"reflect"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// typed is a kind with its Go type.
type typed struct {
	kind schema.GroupVersionKind
	of   reflect.Type
}

// kinds are the kinds whose objects can have one of the fields, by resource. The objects of all others need not be
// read.
type kinds map[schema.GroupVersionResource]typed

func (f Fields) kinds(known *runtime.Scheme) kinds {
	found := kinds{}
	for kind, of := range known.AllKnownTypes() {
		if kind.Version != runtime.APIVersionInternal && f.isIn(of, map[reflect.Type]bool{}) {
			resource, _ := meta.UnsafeGuessKindToResource(kind)
			found[resource] = typed{kind, of}
		}
	}
	return found
}

// isIn returns whether a value of the type can have one of the fields; seen are the types that are looked at already.
func (f Fields) isIn(of reflect.Type, seen map[reflect.Type]bool) bool {
	switch of.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return f.isIn(of.Elem(), seen)
	case reflect.Struct:
	default:
		return false
	}
	if seen[of] {
		return false
	}
	seen[of] = true
	if len(f.of(of)) > 0 {
		return true
	}
	for index := range of.NumField() {
		if each := of.Field(index); each.Name != "Status" && f.isIn(each.Type, seen) {
			return true
		}
	}
	return false
}
