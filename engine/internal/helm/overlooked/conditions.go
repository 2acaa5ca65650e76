package overlooked

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"

	"seatrial/engine/internal/helm/wire"
)

// Conditions lists the conditions of dependencies that name no value, although there is a value of a similar name: Helm
// installs the dependency, whatever that value is. The chart is one whose dependencies Helm has not processed yet. A
// condition without any value is right: users may give it.
func Conditions(chart *chartv2.Chart, values map[string]any) []wire.Warning {
	if chart.Metadata == nil || len(chart.Metadata.Dependencies) == 0 {
		return nil
	}
	all, err := util.CoalesceValues(chart, values)
	if err != nil {
		return nil
	}
	switches := map[string]bool{}
	addSwitches(switches, "", all)
	used := map[string]bool{}
	for _, dependency := range chart.Metadata.Dependencies {
		for _, path := range conditionsOf(dependency) {
			used[path] = true
		}
	}
	var warnings []wire.Warning
	for _, dependency := range chart.Metadata.Dependencies {
		paths := conditionsOf(dependency)
		if slices.ContainsFunc(paths, func(path string) bool { return hasValue(all, path) }) {
			continue
		}
		for _, path := range paths {
			meant := similarPath(path, slices.Sorted(maps.Keys(switches)), used)
			if meant == "" {
				continue
			}
			warnings = append(warnings, wire.Warning{
				Reason:  "NoSuchCondition",
				File:    chart.Name() + "/Chart.yaml",
				Message: fmt.Sprintf("the condition %q of the dependency %q names no value: Helm installs the dependency", path, dependency.Name),
				Hint:    fmt.Sprintf("did you mean %s?", meant),
			})
			break
		}
	}
	return warnings
}

func conditionsOf(dependency *chartv2.Dependency) []string {
	return slices.DeleteFunc(strings.Split(strings.TrimSpace(dependency.Condition), ","), func(path string) bool { return path == "" })
}

func hasValue(values common.Values, path string) bool {
	_, err := values.PathValue(path)
	return err == nil
}

// addSwitches adds the paths of all values that are true or false.
func addSwitches(found map[string]bool, prefix string, values map[string]any) {
	for key, value := range values {
		switch value := value.(type) {
		case bool:
			found[prefix+key] = true
		case map[string]any:
			addSwitches(found, prefix+key+".", value)
		case common.Values:
			addSwitches(found, prefix+key+".", value)
		}
	}
}

// similarPath returns the only path that differs from the wanted one in a single key, by a few letters or by more letters
// at its end, and that no other condition uses.
func similarPath(wanted string, paths []string, used map[string]bool) string {
	meant := ""
	for _, path := range paths {
		if used[path] || !isSimilarPath(strings.Split(wanted, "."), strings.Split(path, ".")) {
			continue
		}
		if meant != "" {
			return ""
		}
		meant = path
	}
	return meant
}

func isSimilarPath(wanted, path []string) bool {
	if len(wanted) != len(path) {
		return false
	}
	differences := 0
	for i := range wanted {
		if wanted[i] == path[i] {
			continue
		}
		if differences++; !isSimilarKey(plain(wanted[i]), plain(path[i])) {
			return false
		}
	}
	return differences == 1
}

func plain(key string) string {
	return strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(key))
}

func isSimilarKey(one, other string) bool {
	shorter := min(len(one), len(other))
	if shorter < 3 {
		return false
	}
	return strings.HasPrefix(one, other) || strings.HasPrefix(other, one) || (shorter > 3 && editDistance(one, other) <= 2)
}
