package failure

import (
	"regexp"
	"strconv"
)

// Location is where in a chart an error is. The zero Location is unknown.
type Location struct {
	File         string
	Line, Column int
}

var (
	// The location that text/template prints, alone on a line of Helm's trace,
	// in brackets, or after "template: ".
	traceLine     = regexp.MustCompile(`(?m)^([^\s:()]+/[^\s:()]+):(\d+)(?::(\d+))?$`)
	inBrackets    = regexp.MustCompile(`(?:parse error|execution error) (?:at|in) \(([^\s:()]+)(?::(\d+))?(?::(\d+))?\)`)
	afterTemplate = regexp.MustCompile(`template: ([^\s:()]+/[^\s:()]+):(\d+)(?::(\d+))?:`)
	inYAML        = regexp.MustCompile(`(?:YAML parse error on|failed to parse|parsing) ([^\s:]+):`)
	inChartFile   = regexp.MustCompile(`cannot load ((?:Chart|values|requirements)\.(?:yaml|lock)|values\.schema\.json):`)
	yamlLine      = regexp.MustCompile(`yaml: (?:unmarshal errors:\s+)?line (\d+):`)
)

// TemplateLocation finds the location that a template error names. Helm's trace goes
// from the template that was rendered down to the expression that failed: the
// last location is the mistake, and the whole trace stays in the message.
func TemplateLocation(message string) Location {
	if match := inBrackets.FindStringSubmatch(message); match != nil {
		return locationOf(match)
	}
	for _, pattern := range []*regexp.Regexp{afterTemplate, traceLine} {
		if matches := pattern.FindAllStringSubmatch(message, -1); matches != nil {
			return locationOf(matches[len(matches)-1])
		}
	}
	return yamlErrorLocation(message)
}

// yamlErrorLocation finds the file whose YAML is broken. The line is a line of the text that
// was parsed: for a template, in the rendered document.
func yamlErrorLocation(message string) Location {
	if match := inYAML.FindStringSubmatch(message); match != nil {
		return Location{File: match[1], Line: YAMLLine(message)}
	}
	return Location{}
}

// chartFileLocation finds the chart file that could not be loaded.
func chartFileLocation(message string) Location {
	match := inChartFile.FindStringSubmatch(message)
	if match == nil {
		return Location{}
	}
	return Location{File: match[1], Line: YAMLLine(message)}
}

// YAMLLine is the line that an error of the YAML parser names, or 0.
func YAMLLine(message string) int {
	match := yamlLine.FindStringSubmatch(message)
	if match == nil {
		return 0
	}
	return number(match[1])
}

func locationOf(match []string) Location {
	return Location{File: match[1], Line: number(match[2]), Column: number(match[3])}
}

func number(digits string) int {
	value, _ := strconv.Atoi(digits)
	return value
}
