package isolate

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"
)

// searchLimit is the time for the templates before the template that does not end.
const searchLimit = 5 * time.Second

// culprit renders the chart once more to learn in which template it was stopped. Only charts that
// were stopped cost this time.
func (w *Workers) culprit(ctx context.Context, job *Job) string {
	request := *job.Preview
	request.Announce = true
	body, err := json.Marshal(&request)
	if err != nil {
		return ""
	}
	_, err = w.pool.Do(ctx, &Request{Path: PreviewPath, Body: body}, min(job.Budget, searchLimit))
	last := ""
	if late, ok := errors.AsType[*TimeoutError](err); ok {
		last = late.Last
	} else if dead, ok := errors.AsType[*CrashError](err); ok {
		last = dead.Last
	}
	name, found := strings.CutPrefix(last, templatePrefix)
	if !found {
		return ""
	}
	return name
}
