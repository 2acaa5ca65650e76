package service

import (
	"context"
	"net/http"
	"sync"

	"seatrial/engine/internal/jsonhttp"
)

// namedLocks are mutexes by name, granted in the order of the requests.
type namedLocks struct {
	mutex  sync.Mutex
	queues map[string][]chan struct{}
}

func newNamedLocks() *namedLocks {
	return &namedLocks{queues: map[string][]chan struct{}{}}
}

// acquire waits for the named lock and returns the function that unlocks it. When the context ends first, it leaves the
// queue and returns the context's error.
func (l *namedLocks) acquire(ctx context.Context, name string) (func(), error) {
	turn := make(chan struct{})
	l.mutex.Lock()
	l.queues[name] = append(l.queues[name], turn)
	if len(l.queues[name]) == 1 {
		close(turn)
	}
	l.mutex.Unlock()

	leave := sync.OnceFunc(func() { l.leave(name, turn) })
	select {
	case <-turn:
		return leave, nil
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
}

func (l *namedLocks) leave(name string, turn chan struct{}) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	queue := l.queues[name]
	for i, waiting := range queue {
		if waiting != turn {
			continue
		}
		queue = append(queue[:i:i], queue[i+1:]...)
		if i == 0 && len(queue) > 0 {
			close(queue[0])
		}
		break
	}
	if len(queue) == 0 {
		delete(l.queues, name)
		return
	}
	l.queues[name] = queue
}

type lockRequest struct {
	Name string `json:"name"`
}

// serve locks the name for as long as the connection stays open.
func (l *namedLocks) serve(w http.ResponseWriter, r *http.Request) {
	var request lockRequest
	if _, err := jsonhttp.Read(w, r, &request); err != nil {
		jsonhttp.WriteError(w, err)
		return
	}
	if request.Name == "" {
		jsonhttp.WriteError(w, jsonhttp.Refuse("a lock needs a name"))
		return
	}
	unlock, err := l.acquire(r.Context(), request.Name)
	if err != nil {
		return
	}
	defer unlock()
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.WriteHeader(http.StatusOK)
	if _, err := w.Write([]byte("{\"locked\":true}\n")); err != nil {
		return
	}
	if err := http.NewResponseController(w).Flush(); err != nil {
		return
	}
	<-r.Context().Done()
}
