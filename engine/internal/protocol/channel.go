package protocol

import (
	"encoding/json"
	"os"
	"sync"
	"time"
)

// Channel writes messages to the parent. A failed write to a parent that is gone is ignored: the
// lifeline ends the engine.
type Channel struct {
	mu      sync.Mutex
	out     *os.File
	started time.Time
}

// NewChannel writes to file descriptor fd, if it is open. Times are relative to started.
func NewChannel(fd uintptr, started time.Time) *Channel {
	file := os.NewFile(fd, "control")
	if file != nil {
		if _, err := file.Stat(); err != nil {
			file = nil
		} else {
			// The parent sees the end of this channel when the engine is gone, even if processes
			// that the engine started still run.
			closeOnExec(fd)
		}
	}
	return &Channel{out: file, started: started}
}

func (c *Channel) write(message any) {
	line, err := json.Marshal(message)
	if err != nil {
		panic(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.out != nil {
		_, _ = c.out.Write(append(line, '\n'))
	}
}

// Hello introduces the engine.
func (c *Channel) Hello(hello Hello) { c.write(hello) }

// Step reports one finished part of the boot.
func (c *Channel) Step(name string) {
	c.write(Step{Type: "step", Name: name, ElapsedMs: time.Since(c.started).Milliseconds()})
}

// Ready reports a usable control plane.
func (c *Channel) Ready(server, kubeconfig, engineSocket string) {
	c.write(Ready{
		Type: "ready", ElapsedMs: time.Since(c.started).Milliseconds(),
		Server: server, Kubeconfig: kubeconfig, EngineSocket: engineSocket,
	})
}

// Error reports a failed component.
func (c *Channel) Error(component string, err error) {
	c.write(Error{Type: "error", Component: component, Message: err.Error()})
}

// Stopping reports the end and its reason.
func (c *Channel) Stopping(reason string) { c.write(Stopping{Type: "stopping", Reason: reason}) }
