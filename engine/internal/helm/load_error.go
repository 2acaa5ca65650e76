package helm

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"

	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
)

var brokenSubchart = regexp.MustCompile(`error unpacking subchart (?:tar in )?(\S+) in \S+: `)

// loadError is a chart that cannot be read. Its file is named from the chart's
// folder, since a broken Chart.yaml may not even give the chart a name.
func loadError(path string, err error) *Error {
	message := err.Error()
	failure := &Error{
		Code:    CodeLoad,
		Message: fmt.Sprintf("the chart %s cannot be loaded: %s", path, bounded(message)),
	}
	found := chartFilePlaceOf(message)
	if _, invalid := errors.AsType[chartv2.ValidationError](err); invalid {
		found.file = "Chart.yaml"
	}
	if found.file == "" {
		return failure
	}
	folder := filepath.Base(path)
	for _, subchart := range brokenSubchart.FindAllStringSubmatch(message, -1) {
		folder += "/charts/" + subchart[1]
	}
	failure.File, failure.Line = folder+"/"+found.file, found.line
	return failure
}
