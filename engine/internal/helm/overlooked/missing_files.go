package overlooked

import (
	"fmt"
	"strings"
	"text/template"

	"helm.sh/helm/v4/pkg/chart/v2"

	"seatrial/engine/internal/helm/reads"
	"seatrial/engine/internal/helm/wire"
)

const readFunc = "seatrialReadsMissingFile"

// MissingFiles lists the files that templates read and that the chart does not have: Helm renders an empty text for
// them. Only a rendering shows whether a read is reached, so a chart that may have one is rendered once more.
func MissingFiles(chart *v2.Chart, render Again) []wire.Warning {
	found := reads.MarkMissingFiles(chart, readFunc)
	if len(found) == 0 {
		return nil
	}
	reached := map[int]bool{}
	_, err := render(template.FuncMap{readFunc: func(index int) string {
		reached[index] = true
		return ""
	}})
	if err != nil {
		return nil
	}
	var warnings []wire.Warning
	for index, read := range found {
		if reached[index] {
			warnings = append(warnings, missingFile(read))
		}
	}
	return warnings
}

func missingFile(read reads.FileRead) wire.Warning {
	message := fmt.Sprintf("the template reads the file %q, which the chart does not have: Helm renders an empty text", read.Name)
	if read.IsPattern {
		message = fmt.Sprintf("no file matches the pattern %q of the template: Helm renders nothing for it", read.Name)
	}
	hint := "check the name, which is relative to the chart's directory, and .helmignore"
	if strings.HasPrefix(read.Name, "templates/") {
		hint = "move it out of templates/: Files does not contain templates"
	}
	return wire.Warning{Reason: "NoSuchFile", File: read.Template, Line: read.Line, Message: message, Hint: hint}
}
