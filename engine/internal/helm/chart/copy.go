package chart

import (
	"maps"
	"slices"

	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
)

// copyChart returns a chart that may be changed without changing the original.
// File contents are shared: templates only ever see copies of them.
func copyChart(original *chartv2.Chart) *chartv2.Chart {
	duplicate := &chartv2.Chart{
		Raw:           slices.Clone(original.Raw),
		Metadata:      copyMetadata(original.Metadata),
		Lock:          copyLock(original.Lock),
		Templates:     slices.Clone(original.Templates),
		Values:        copyTable(original.Values),
		Schema:        original.Schema,
		SchemaModTime: original.SchemaModTime,
		Files:         slices.Clone(original.Files),
		ModTime:       original.ModTime,
	}
	for _, dependency := range original.Dependencies() {
		duplicate.AddDependency(copyChart(dependency))
	}
	return duplicate
}

func copyMetadata(original *chartv2.Metadata) *chartv2.Metadata {
	if original == nil {
		return nil
	}
	duplicate := *original
	duplicate.Sources = slices.Clone(original.Sources)
	duplicate.Keywords = slices.Clone(original.Keywords)
	duplicate.Annotations = maps.Clone(original.Annotations)
	duplicate.Maintainers = slices.Clone(original.Maintainers)
	for i, maintainer := range duplicate.Maintainers {
		if maintainer != nil {
			person := *maintainer
			duplicate.Maintainers[i] = &person
		}
	}
	duplicate.Dependencies = copyDependencies(original.Dependencies)
	return &duplicate
}

func copyDependencies(original []*chartv2.Dependency) []*chartv2.Dependency {
	duplicate := slices.Clone(original)
	for i, dependency := range duplicate {
		if dependency == nil {
			continue
		}
		entry := *dependency
		entry.Tags = slices.Clone(dependency.Tags)
		if dependency.ImportValues != nil {
			entry.ImportValues = copyValue(dependency.ImportValues).([]any)
		}
		duplicate[i] = &entry
	}
	return duplicate
}

func copyLock(original *chartv2.Lock) *chartv2.Lock {
	if original == nil {
		return nil
	}
	duplicate := *original
	duplicate.Dependencies = copyDependencies(original.Dependencies)
	return &duplicate
}

func copyTable(original map[string]any) map[string]any {
	if original == nil {
		return nil
	}
	return copyValue(original).(map[string]any)
}

// copyValue copies what YAML can hold: tables, lists and scalars.
func copyValue(original any) any {
	switch value := original.(type) {
	case map[string]any:
		duplicate := make(map[string]any, len(value))
		for key, entry := range value {
			duplicate[key] = copyValue(entry)
		}
		return duplicate
	case []any:
		duplicate := make([]any, len(value))
		for i, entry := range value {
			duplicate[i] = copyValue(entry)
		}
		return duplicate
	}
	return original
}
