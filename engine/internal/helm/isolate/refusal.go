package isolate

import (
	"context"
	"errors"
	"fmt"

	"seatrial/engine/internal/helm/wire"
)

// refusal says why a worker did not finish with a chart.
func (w *Workers) refusal(ctx context.Context, err error, job *Job) *wire.Error {
	path := job.Preview.Chart
	if ctx.Err() != nil {
		return &wire.Error{Code: wire.CodeCancelled, Message: fmt.Sprintf("the work on the chart %s was cancelled", path)}
	}
	refused := &wire.Error{}
	last := ""
	if late, ok := errors.AsType[*TimeoutError](err); ok {
		last = late.Last
		refused.Code = wire.CodeTimeout
		refused.Message = fmt.Sprintf("%s the chart %s took more than %s and was stopped.", activity(last), path, late.After)
	} else if dead, ok := errors.AsType[*CrashError](err); ok && dead.OverLimit {
		last = dead.Last
		refused.Code = codeOf(last)
		refused.Message = fmt.Sprintf("%s the chart %s needs more than %d MiB of memory and was stopped.", activity(last), path, MaxWorkerMemory>>20)
	} else if ok {
		w.logger.Error("a worker ended again", "chart", path, "event", dead.Last, "reason", dead.Reason)
		return &wire.Error{Code: wire.CodeInternal, Message: fmt.Sprintf(
			"%s the chart %s could not be finished: its process ended twice (%s).\n"+
				"Hint: the usual cause is a lack of memory on this machine; try fewer charts at the same time (--jobs 1).",
			activity(dead.Last), path, dead.Reason)}
	} else {
		return &wire.Error{Code: wire.CodeInternal, Message: fmt.Sprintf("the chart %s could not be checked: %v", path, err)}
	}
	if last == EventRender || last == EventLint {
		if refused.File = w.culprit(ctx, job); refused.File != "" {
			refused.Message += fmt.Sprintf("\nIt was in the template %s.", refused.File)
		}
	}
	refused.Message += "\n" + hintFor(refused)
	return refused
}

func activity(event string) string {
	if words, ok := activities[event]; ok {
		return words
	}
	return "the work on"
}

func codeOf(event string) wire.Code {
	switch event {
	case EventValues:
		return wire.CodeValues
	case EventChart:
		return wire.CodeLoad
	case EventManifest:
		return wire.CodeManifest
	}
	return wire.CodeTemplate
}

func hintFor(refused *wire.Error) string {
	if refused.Code == wire.CodeTimeout {
		return "Hint: look for a loop or a recursion that does not end; for a chart that is only slow, set a longer renderTimeout."
	}
	return "Hint: look for values or loops that multiply their input."
}
