package logged

import (
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"

	"seatrial/engine/internal/helm/wire"
)

// reason is the code of all warnings of this package.
const reason = "HelmWarning"

const importField = "dependencies[].import-values"

// kind is something that Helm logs. Values, which may be secret, are not repeated.
type kind struct {
	pattern *regexp.Regexp
	warning func(parts []string) wire.Warning
}

var kinds = []kind{
	{
		regexp.MustCompile(`^warning: cannot overwrite table with non table for (\S+) \(map\[\]\)`),
		func(parts []string) wire.Warning {
			return wire.Warning{
				Field:   parts[1],
				Message: "it is an empty mapping by default and is given another value: Helm uses that value",
				Hint:    "give it a mapping",
			}
		},
	},
	{
		regexp.MustCompile(`^warning: cannot overwrite table with non table for (\S+)`),
		func(parts []string) wire.Warning {
			return wire.Warning{
				Field:   parts[1],
				Message: "it is a mapping by default and is given another value: Helm uses that value, and the keys of the default are gone",
				Hint:    "give it a mapping, or null to remove the default",
			}
		},
	},
	{
		regexp.MustCompile(`^warning: (?:skipped value for (\S+): Not a table|destination for (\S+) is a table\. Ignoring non-table value)`),
		func(parts []string) wire.Warning {
			return wire.Warning{
				Field:   parts[1] + parts[2],
				Message: "it is given a mapping, and its default is not a mapping: Helm uses the mapping",
				Hint:    "give it a value of the default's type, or make the default {}",
			}
		},
	},
	{
		regexp.MustCompile(`^warning: skipping globals because (?:destination|source) \S+ is not a table`),
		func([]string) wire.Warning {
			return wire.Warning{Field: "global", Message: "it is not a mapping: Helm does not pass it to dependencies", Hint: "make it a mapping"}
		},
	},
	{
		regexp.MustCompile(`^Conflict: cannot merge map onto non-map for "([^"]+)"`),
		func(parts []string) wire.Warning {
			return wire.Warning{
				Field:   "global." + parts[1],
				Message: "it is a mapping, and another value in a dependency: Helm does not pass it to the dependency",
				Hint:    "give it the same type in both charts",
			}
		},
	},
	{
		regexp.MustCompile(`^(?:returned non-bool value path=(\S+) chart=(\S+)|Warning: Condition path '([^']*)' for chart (\S+) returned non-bool value)`),
		func(parts []string) wire.Warning {
			field := strings.TrimSpace(parts[1] + parts[3])
			return wire.Warning{
				Field:   field,
				Message: fmt.Sprintf("it is the condition of the dependency %q and neither true nor false: Helm ignores it", parts[2]+parts[4]),
				Hint:    "write true or false without quotes, and pass it with --set, not --set-string",
			}
		},
	},
	{
		regexp.MustCompile(`^(?:returned non-bool value tag=(\S+) chart=(\S+)|Warning: Tag '([^']*)' for chart (\S+) returned non-bool value)`),
		func(parts []string) wire.Warning {
			return wire.Warning{
				Field:   "tags." + parts[1] + parts[3],
				Message: fmt.Sprintf("it is a tag of the dependency %q and neither true nor false: Helm ignores it", parts[2]+parts[4]),
				Hint:    "write true or false without quotes",
			}
		},
	},
	{
		regexp.MustCompile(`ImportValues missing table(?: from chart(?: chart=(\S+)| (\S+):))?.*"([^"]+)" is not a table`),
		func(parts []string) wire.Warning {
			from := "a dependency"
			if name := parts[1] + parts[2]; name != "" {
				from = fmt.Sprintf("the dependency %q", name)
			}
			return wire.Warning{
				Field:   importField,
				Message: fmt.Sprintf("%s has no table %q in its values: Helm imports nothing", from, parts[3]),
				Hint:    "name a key below exports of the dependency's values, or a table as child",
			}
		},
	},
}

// toWarning returns nil for messages that are not about a chart.
func toWarning(record slog.Record) *wire.Warning {
	text := strings.TrimSpace(record.Message)
	record.Attrs(func(attribute slog.Attr) bool {
		text += fmt.Sprintf(" %s=%v", attribute.Key, attribute.Value)
		return true
	})
	for _, kind := range kinds {
		if parts := kind.pattern.FindStringSubmatch(text); parts != nil {
			warning := kind.warning(parts)
			warning.Reason = reason
			return &warning
		}
	}
	return nil
}

// ofChart removes the chart's name from fields, and warnings that Helm has logged while it merged the values of a
// dependency alone, without the names above it.
func ofChart(chart string, warnings []wire.Warning) []wire.Warning {
	var found []wire.Warning
	for _, warning := range warnings {
		isRepeated := slices.ContainsFunc(warnings, func(other wire.Warning) bool {
			return other.Message == warning.Message && strings.HasSuffix(other.Field, "."+warning.Field)
		})
		warning.Field = strings.TrimPrefix(warning.Field, chart+".")
		if warning.Field == importField {
			warning.File = chart + "/Chart.yaml"
		}
		if !isRepeated && !slices.Contains(found, warning) {
			found = append(found, warning)
		}
	}
	return found
}
