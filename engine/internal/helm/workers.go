package helm

import (
	"context"
	"net/http"
	"path/filepath"
	"runtime"
	"time"

	"seatrial/engine/internal/helm/worker"
	"seatrial/engine/internal/jsonhttp"
)

// Charts may be waited for longer than there are processors, but not by many at once.
const spareWorkers = 2

// An idle plane gives its workers' memory back.
const workerIdleTimeout = 2 * time.Minute

func newWorkers(cfg Config) *worker.Pool {
	if len(cfg.Worker) == 0 {
		return nil
	}
	return worker.NewPool(worker.Config{
		Command:     cfg.Worker,
		Name:        "seatrial-engine",
		Env:         cfg.WorkerEnv,
		Dir:         filepath.Join(cfg.WorkDir, "workers"),
		Limit:       runtime.NumCPU() + spareWorkers,
		IdleTimeout: workerIdleTimeout,
	})
}

// isolatable is a request that a worker can handle from beginning to end.
type isolatable interface {
	// isolate prepares the request in this process and tells whether a worker
	// can do the rest.
	isolate(ctx context.Context, s *Service) (bool, error)
	guard() *guarded
}

// isolated lets a worker handle the verb: no chart, whatever is in it, can then
// take more than its time and memory, nor the engine with it.
func isolated[Request isolatable, Response any](s *Service, verb func(context.Context, Request) (Response, error)) http.HandlerFunc {
	if s.workers == nil {
		return answer(verb)
	}
	return func(w http.ResponseWriter, r *http.Request) {
		var request Request
		body, err := decode(w, r, &request)
		if err != nil {
			writeError(w, err)
			return
		}
		alone, err := request.isolate(r.Context(), s)
		if err != nil {
			writeError(w, err)
			return
		}
		if !alone {
			respond(w, r, request, verb)
			return
		}
		response, err := s.workers.Do(r.Context(), &worker.Request{Path: r.URL.Path, Body: body}, request.guard().budget)
		if err != nil {
			writeError(w, s.refusal(r.Context(), err, request.guard()))
			return
		}
		jsonhttp.WriteBody(w, response.Status, response.Body)
	}
}

// guarded is a chart on its way through a worker.
type guarded struct {
	budget  time.Duration
	preview *previewRequest
}
