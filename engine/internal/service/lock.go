package service

import (
	"context"
	"net/http"
	"slices"
	"sync"

	"seatrial/engine/internal/jsonhttp"
)

// namedLocks are locks by name that one owner has alone or several share. They are granted in the
// order of the requests: a shared request behind an exclusive one waits, so that nobody starves.
type namedLocks struct {
	mutex  sync.Mutex
	queues map[string][]*lockTurn
}

// lockTurn is an owner of a lock or, until granted is closed, a request that waits.
type lockTurn struct {
	shared    bool
	isGranted bool
	granted   chan struct{}
}

func newNamedLocks() *namedLocks {
	return &namedLocks{queues: map[string][]*lockTurn{}}
}

// acquire waits for the named lock and returns its unlock function.
// It returns the context's error, and leaves the queue, when the context ends first.
func (l *namedLocks) acquire(ctx context.Context, name string, shared bool) (func(), error) {
	turn := &lockTurn{shared: shared, granted: make(chan struct{})}
	l.mutex.Lock()
	l.queues[name] = append(l.queues[name], turn)
	grant(l.queues[name])
	l.mutex.Unlock()

	leave := sync.OnceFunc(func() { l.leave(name, turn) })
	select {
	case <-turn.granted:
		return leave, nil
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
}

// grant gives the lock to the first in the queue and, while all of them share, to those behind it.
func grant(queue []*lockTurn) {
	for i, turn := range queue {
		if i > 0 && (!turn.shared || !queue[i-1].shared) {
			return
		}
		if !turn.isGranted {
			turn.isGranted = true
			close(turn.granted)
		}
	}
}

func (l *namedLocks) leave(name string, turn *lockTurn) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	queue := slices.DeleteFunc(l.queues[name], func(other *lockTurn) bool { return other == turn })
	if len(queue) == 0 {
		delete(l.queues, name)
		return
	}
	l.queues[name] = queue
	grant(queue)
}

type lockRequest struct {
	Name string `json:"name"`
	// Shared requests own the lock together.
	Shared bool `json:"shared"`
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
	unlock, err := l.acquire(r.Context(), request.Name, request.Shared)
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
