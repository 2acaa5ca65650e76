package failure

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"

	chartv2 "helm.sh/helm/v4/pkg/chart/v2"

	"seatrial/engine/internal/helm/wire"
)

var brokenSubchart = regexp.MustCompile(`error unpacking subchart (?:tar in )?(\S+) in \S+: `)

// LoadError is a chart that cannot be read. Its file is named relative to the chart's directory,
// because a broken Chart.yaml may not even give the chart a name.
func LoadError(path string, err error) *wire.Error {
	message := err.Error()
	failure := &wire.Error{
		Code:    wire.CodeLoad,
		Message: fmt.Sprintf("the chart %s cannot be loaded: %s", path, Bounded(message)),
		Cause:   err,
	}
	found := chartFileLocation(message)
	if _, invalid := errors.AsType[chartv2.ValidationError](err); invalid {
		found.File = "Chart.yaml"
	}
	if file, ok := errors.AsType[*FileError](err); ok {
		found = Location{File: file.File, Line: file.Line}
	}
	if found.File == "" {
		return failure
	}
	directory := filepath.Base(path)
	for _, subchart := range brokenSubchart.FindAllStringSubmatch(message, -1) {
		directory += "/charts/" + subchart[1]
	}
	failure.File, failure.Line = directory+"/"+found.File, found.Line
	return failure
}
