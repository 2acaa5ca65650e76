package isolate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"k8s.io/utils/lru"
)

// maxReaders is as many charts as a child keeps in memory.
const maxReaders = 256

// Config describes the child processes.
type Config struct {
	// Command starts a child that calls Serve on its standard input and output.
	// The path of a private directory, also its TMPDIR, is added as the last argument.
	Command []string
	// Name is shown in lists of processes instead of the program's path.
	Name string
	// Env is added to this process's environment.
	Env []string
	// Dir is the directory in which the private directories are created.
	Dir string
	// Limit is the number of children that run at the same time; further requests wait.
	Limit int
	// IdleTimeout ends a child that was idle for this long.
	IdleTimeout time.Duration
}

// Pool keeps children warm. A request for a chart is given to the idle child that last read this chart,
// and every other request to the child that worked last, so that requests meet the same caches.
type Pool struct {
	config Config
	slots  chan struct{}
	mutex  sync.Mutex
	idle   []*process
	busy   map[*process]bool
	// readers has the child that read a chart after all others did, by the chart's path.
	readers *lru.Cache
	started int
	closed  bool
}

var errClosed = errors.New("the engine is ending")

// NewPool starts nothing.
func NewPool(config Config) *Pool {
	return &Pool{
		config: config, slots: make(chan struct{}, config.Limit), busy: map[*process]bool{}, readers: lru.New(maxReaders),
	}
}

// Warm starts a child unless one is running.
func (p *Pool) Warm(ctx context.Context) error {
	child, err := p.take(ctx, "")
	if err == nil {
		p.giveBack(child)
	}
	return err
}

// Do lets a child handle the request. The budget does not include the wait for a child. The error
// is a *TimeoutError, a *CrashError, the context's error, or says that no child could be started.
func (p *Pool) Do(ctx context.Context, request *Request, budget time.Duration) (*Response, error) {
	child, err := p.take(ctx, request.Chart)
	if err != nil {
		return nil, err
	}
	// A child that does not read must not delay the deadline; its death ends the write.
	go func() { _ = child.encoder.Encode(request) }()
	deadline := time.NewTimer(budget)
	defer deadline.Stop()
	last := ""
	for {
		select {
		case next, ok := <-child.messages:
			switch {
			case !ok:
				p.drop(child)
				if p.isClosed() {
					return nil, errClosed
				}
				return nil, crashError(child.stderr.String(), child.state, last, child.hasFullBudget)
			case next.Response != nil:
				p.giveBack(child)
				return next.Response, nil
			}
			last = next.Event
		case <-deadline.C:
			p.drop(child)
			return nil, &TimeoutError{After: budget, Last: last}
		case <-ctx.Done():
			p.drop(child)
			return nil, ctx.Err()
		}
	}
}

func (p *Pool) isClosed() bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.closed
}

func (p *Pool) take(ctx context.Context, chart string) (*process, error) {
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if child := p.takeIdle(chart); child != nil {
		return child, nil
	}
	p.mutex.Lock()
	p.started++
	number := p.started
	p.mutex.Unlock()
	child, err := start(p.config, number)
	if err != nil {
		<-p.slots
		return nil, fmt.Errorf("a process for charts could not be started: %w", err)
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.closed {
		go child.kill()
		<-p.slots
		return nil, errClosed
	}
	p.hold(child, chart)
	return child, nil
}

func (p *Pool) takeIdle(chart string) *process {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for len(p.idle) > 0 {
		index := p.best(chart)
		child := p.idle[index]
		p.idle = slices.Delete(p.idle, index, index+1)
		child.retire.Stop()
		if !child.hasExited() {
			p.hold(child, chart)
			return child
		}
	}
	return nil
}

// best is the index of the idle child for the chart.
func (p *Pool) best(chart string) int {
	if reader, ok := p.readers.Get(chart); ok {
		if index := slices.Index(p.idle, reader.(*process)); index >= 0 {
			return index
		}
	}
	return len(p.idle) - 1
}

func (p *Pool) hold(child *process, chart string) {
	p.busy[child] = true
	if chart != "" {
		p.readers.Add(chart, child)
	}
}

func (p *Pool) giveBack(child *process) {
	p.mutex.Lock()
	delete(p.busy, child)
	kept := !p.closed
	if kept {
		child.retire = time.AfterFunc(p.config.IdleTimeout, func() { p.dismiss(child) })
		p.idle = append(p.idle, child)
	}
	p.mutex.Unlock()
	<-p.slots
}

// drop ends a child that cannot be used any more.
func (p *Pool) drop(child *process) {
	p.mutex.Lock()
	ours := p.busy[child]
	delete(p.busy, child)
	p.mutex.Unlock()
	if ours {
		child.kill()
	}
	<-p.slots
}

// dismiss ends a child that has been idle for too long, unless it was taken in the meantime.
func (p *Pool) dismiss(child *process) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for i, other := range p.idle {
		if other == child {
			p.idle = append(p.idle[:i:i], p.idle[i+1:]...)
			go child.kill()
			return
		}
	}
}

// Close ends every child and refuses further requests.
func (p *Pool) Close() {
	p.mutex.Lock()
	p.closed = true
	children := p.idle
	for child := range p.busy {
		children = append(children, child)
	}
	p.idle = nil
	clear(p.busy)
	p.mutex.Unlock()
	for _, child := range children {
		if child.retire != nil {
			child.retire.Stop()
		}
		child.kill()
	}
}
