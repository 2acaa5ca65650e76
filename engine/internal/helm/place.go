package helm

import (
	"regexp"
	"strconv"
)

// place is where in a chart an error is. The zero place is unknown.
type place struct {
	file         string
	line, column int
}

var (
	// The location that text/template prints, alone on a line of Helm's trace,
	// in brackets, or after "template: ".
	traceLine      = regexp.MustCompile(`(?m)^([^\s:()]+/[^\s:()]+):(\d+)(?::(\d+))?$`)
	bracketedPlace = regexp.MustCompile(`(?:parse error|execution error) (?:at|in) \(([^\s:()]+)(?::(\d+))?(?::(\d+))?\)`)
	inlinePlace    = regexp.MustCompile(`template: ([^\s:()]+/[^\s:()]+):(\d+)(?::(\d+))?:`)
	yamlPlace      = regexp.MustCompile(`(?:YAML parse error on|failed to parse|parsing) ([^\s:]+):`)
	chartFilePlace = regexp.MustCompile(`cannot load ((?:Chart|values|requirements)\.(?:yaml|lock)|values\.schema\.json):`)
	yamlLinePlace  = regexp.MustCompile(`yaml: (?:unmarshal errors:\s+)?line (\d+):`)
)

// templatePlace finds the place that a template error names. Helm's trace goes
// from the template that was rendered down to the expression that failed: the
// last place is the mistake, and the whole trace stays in the message.
func templatePlace(message string) place {
	if match := bracketedPlace.FindStringSubmatch(message); match != nil {
		return placeOf(match)
	}
	for _, pattern := range []*regexp.Regexp{inlinePlace, traceLine} {
		if matches := pattern.FindAllStringSubmatch(message, -1); matches != nil {
			return placeOf(matches[len(matches)-1])
		}
	}
	return yamlErrorPlace(message)
}

// yamlErrorPlace finds the file whose YAML is broken. The line counts in what
// was parsed: for a template, in the rendered document.
func yamlErrorPlace(message string) place {
	if match := yamlPlace.FindStringSubmatch(message); match != nil {
		return place{file: match[1], line: yamlLine(message)}
	}
	return place{}
}

// chartFilePlaceOf finds the chart file that could not be loaded.
func chartFilePlaceOf(message string) place {
	match := chartFilePlace.FindStringSubmatch(message)
	if match == nil {
		return place{}
	}
	return place{file: match[1], line: yamlLine(message)}
}

func yamlLine(message string) int {
	match := yamlLinePlace.FindStringSubmatch(message)
	if match == nil {
		return 0
	}
	return number(match[1])
}

func placeOf(match []string) place {
	return place{file: match[1], line: number(match[2]), column: number(match[3])}
}

func number(digits string) int {
	value, _ := strconv.Atoi(digits)
	return value
}
