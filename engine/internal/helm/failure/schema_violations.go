package failure

import (
	"strings"

	"seatrial/engine/internal/helm/wire"
)

// schemaViolations reads Helm's report of values that violate a schema: the name of each chart,
// followed by one line for each violation.
func schemaViolations(message string) (Location, []wire.Failure) {
	_, report, _ := strings.Cut(message, schemaViolation)
	var failures []wire.Failure
	chart, first := "", ""
	for line := range strings.SplitSeq(report, "\n") {
		switch {
		case strings.TrimSpace(line) == "":
		case strings.HasPrefix(strings.TrimSpace(line), "- "):
			failures = append(failures, wire.Failure{Message: chart + ": " + strings.TrimPrefix(strings.TrimSpace(line), "- ")})
		case strings.HasSuffix(line, ":") && !strings.HasPrefix(line, " "):
			chart = strings.TrimSuffix(line, ":")
			if first == "" {
				first = chart
			}
		default:
			failures = append(failures, wire.Failure{Message: chart + ": " + strings.TrimSpace(line)})
		}
	}
	if first == "" {
		return Location{}, failures
	}
	return Location{File: first + "/values.schema.json"}, failures
}
