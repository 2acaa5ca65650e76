package helm

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"seatrial/engine/internal/helm/worker"
)

// The events of a request in a worker.
const (
	eventValues    = "values"
	eventChart     = "chart"
	eventRender    = "render"
	eventLint      = "lint"
	eventManifest  = "manifest"
	templatePrefix = "template "
)

var doing = map[string]string{
	eventValues:   "reading the values for",
	eventChart:    "reading",
	eventRender:   "rendering",
	eventLint:     "linting",
	eventManifest: "parsing the manifests of",
}

func announcedTemplate(event string) string {
	name, found := strings.CutPrefix(event, templatePrefix)
	if !found {
		return ""
	}
	return name
}

// refusal says why a worker did not come to an end with a chart.
func (s *Service) refusal(ctx context.Context, err error, guard *guarded) error {
	chart := guard.preview.Chart
	if ctx.Err() != nil {
		return &Error{Code: CodeCancelled, Message: fmt.Sprintf("the work on the chart %s was cancelled", chart)}
	}
	failure := &Error{}
	last := ""
	if late, ok := errors.AsType[*worker.TimeoutError](err); ok {
		last = late.Last
		failure.Code = CodeTimeout
		failure.Message = fmt.Sprintf("%s the chart %s took more than %s and was stopped.", activity(last), chart, late.After)
	} else if dead, ok := errors.AsType[*worker.CrashError](err); ok {
		last = dead.Last
		failure.Code = codeOf(last)
		failure.Message = fmt.Sprintf("%s the chart %s ended the process that did it: %s", activity(last), chart, dead.Reason)
		if dead.OutOfMemory {
			failure.Message = fmt.Sprintf("%s the chart %s needs more than %d MiB of memory and was stopped.", activity(last), chart, MaxWorkerMemory>>20)
		} else {
			s.logger.Error("a worker ended", "chart", chart, "event", last, "reason", dead.Reason)
		}
	} else {
		return &Error{Code: CodeInternal, Message: fmt.Sprintf("the chart %s could not be checked: %v", chart, err)}
	}
	if last == eventRender || last == eventLint {
		if failure.File = s.culprit(ctx, guard); failure.File != "" {
			failure.Message += fmt.Sprintf("\nIt was in the template %s.", failure.File)
		}
	}
	failure.Message += "\n" + hintFor(failure)
	return failure
}

func activity(event string) string {
	if words, ok := doing[event]; ok {
		return words
	}
	return "the work on"
}

func codeOf(event string) Code {
	switch event {
	case eventValues:
		return CodeValues
	case eventChart:
		return CodeLoad
	case eventManifest:
		return CodeManifest
	}
	return CodeTemplate
}

func hintFor(failure *Error) string {
	if failure.Code == CodeTimeout {
		return "Hint: look for a loop or a recursion that does not end; a chart that is only slow can be given a longer renderTimeout."
	}
	return "Hint: look for values or loops that multiply what they are given."
}
