package helm

import "strings"

// schemaFailures reads Helm's report of values that break a schema: the name of
// each chart followed by one line for each violation.
func schemaFailures(message string) (place, []Failure) {
	_, report, _ := strings.Cut(message, schemaViolation)
	var failures []Failure
	chart, first := "", ""
	for line := range strings.SplitSeq(report, "\n") {
		switch {
		case strings.TrimSpace(line) == "":
		case strings.HasPrefix(strings.TrimSpace(line), "- "):
			failures = append(failures, Failure{Message: chart + ": " + strings.TrimPrefix(strings.TrimSpace(line), "- ")})
		case strings.HasSuffix(line, ":") && !strings.HasPrefix(line, " "):
			chart = strings.TrimSuffix(line, ":")
			if first == "" {
				first = chart
			}
		default:
			failures = append(failures, Failure{Message: chart + ": " + strings.TrimSpace(line)})
		}
	}
	if first == "" {
		return place{}, failures
	}
	return place{file: first + "/values.schema.json"}, failures
}
