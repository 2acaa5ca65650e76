package olderfields

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// prune removes the fields from an object of the type, and returns their paths as strict decoding prints them, sorted:
// spec.template.spec.volumes[0].emptyDir.mode. The status of the object is not looked at.
func (f Fields) prune(object map[string]any, of reflect.Type) []string {
	var paths []string
	for name, value := range object {
		if name != "status" {
			paths = append(paths, f.pruneField(object, of, name, value, name)...)
		}
	}
	slices.Sort(paths)
	return paths
}

func (f Fields) pruneField(object map[string]any, of reflect.Type, name string, value any, path string) []string {
	field, owner := fieldNamed(of, name)
	if owner == nil {
		return nil
	}
	if slices.Contains(f.of(owner), name) {
		delete(object, name)
		return []string{path}
	}
	return f.pruneValue(value, field, path)
}

func (f Fields) pruneValue(value any, of reflect.Type, path string) []string {
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	var paths []string
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			switch of.Kind() {
			case reflect.Struct:
				paths = append(paths, f.pruneField(value, of, name, inner, path+"."+name)...)
			case reflect.Map:
				paths = append(paths, f.pruneValue(inner, of.Elem(), path+"."+name)...)
			}
		}
	case []any:
		if of.Kind() != reflect.Slice {
			return nil
		}
		for index, inner := range value {
			paths = append(paths, f.pruneValue(inner, of.Elem(), fmt.Sprintf("%s[%d]", path, index))...)
		}
	}
	return paths
}

// fieldNamed returns the type of a struct's field with this JSON name, and the struct that has it, which may be
// inlined. Both are nil if there is none.
func fieldNamed(of reflect.Type, name string) (field, owner reflect.Type) {
	for index := range of.NumField() {
		each := of.Field(index)
		tag, _, _ := strings.Cut(each.Tag.Get("json"), ",")
		if tag == name && tag != "" {
			return each.Type, of
		}
		if each.Anonymous && tag == "" && each.Type.Kind() == reflect.Struct {
			if field, owner := fieldNamed(each.Type, name); owner != nil {
				return field, owner
			}
		}
	}
	return nil, nil
}
