package isolate

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"runtime"
	"sync/atomic"
	"time"
)

// More charts than processors may be worked on, but not many more.
const spareWorkers = 2

// An idle control plane returns the memory of its workers.
const workerIdleTimeout = 2 * time.Minute

// Workers are the worker processes of one engine. A nil *Workers has none: charts are then handled
// in this process.
type Workers struct {
	pool     *Pool
	logger   *slog.Logger
	requests atomic.Uint64
}

// NewWorkers starts nothing yet. The command is completed with the path of a private directory
// below dir.
func NewWorkers(command, env []string, dir string, logger *slog.Logger) *Workers {
	return &Workers{logger: logger, pool: NewPool(Config{
		Command:     command,
		Name:        "seatrial-engine",
		Env:         env,
		Dir:         dir,
		Limit:       runtime.NumCPU() + spareWorkers,
		IdleTimeout: workerIdleTimeout,
	})}
}

// Job is a chart on its way through a worker.
type Job struct {
	Budget time.Duration
	// Preview repeats the job, to learn in which template it was stopped.
	Preview *PreviewRequest
}

// Warm starts a worker if there is none.
func (w *Workers) Warm(ctx context.Context) error {
	if w == nil {
		return nil
	}
	return w.pool.Warm(ctx)
}

// Close ends the workers immediately.
func (w *Workers) Close() {
	if w != nil {
		w.pool.Close()
	}
}

// Do lets a worker answer the request, and another worker when the first one was killed. The error is
// a *wire.Error that says why the workers did not finish.
func (w *Workers) Do(ctx context.Context, request *Request, job *Job) (*Response, error) {
	w.requests.Add(1)
	request.Chart = job.Preview.Chart
	response, err := w.pool.Do(ctx, request, job.Budget)
	if dead, ok := errors.AsType[*CrashError](err); ok && !dead.OverLimit && ctx.Err() == nil {
		w.logger.Error("a worker ended and its chart is tried once more", "chart", job.Preview.Chart, "event", dead.Last, "reason", dead.Reason)
		response, err = w.pool.Do(ctx, request, job.Budget)
	}
	if err != nil {
		return nil, w.refusal(ctx, err, job)
	}
	return response, nil
}

// Requests is the number of requests that workers were given.
func (w *Workers) Requests() uint64 { return w.requests.Load() }

// Preview lets a worker render the chart in the way that an action is about to. It refuses only a
// chart that has to be stopped, before the engine itself renders it; the action reports everything
// else that is wrong with the chart.
func (w *Workers) Preview(ctx context.Context, request *PreviewRequest) error {
	if w == nil {
		return nil
	}
	body, err := json.Marshal(request)
	if err != nil {
		return err
	}
	job := &Job{Budget: RenderTimeout(request.RenderTimeout), Preview: request}
	response, err := w.Do(ctx, &Request{Path: PreviewPath, Body: body}, job)
	if err != nil {
		return err
	}
	var previewed PreviewResponse
	if response.Status == http.StatusOK && json.Unmarshal(response.Body, &previewed) == nil && previewed.Refusal != nil {
		return previewed.Refusal
	}
	return nil
}
