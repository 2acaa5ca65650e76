package isolate

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"
)

// TimeoutError is a request that was stopped because it took too long.
type TimeoutError struct {
	After time.Duration
	// Last is the last event that the request announced.
	Last string
}

func (e *TimeoutError) Error() string { return fmt.Sprintf("stopped after %s", e.After) }

// CrashError is a request whose process died.
type CrashError struct {
	// Reason is the runtime's own line, or how the process ended.
	Reason string
	// OutOfMemory is set when the process reached its memory limit.
	OutOfMemory bool
	Last        string
}

func (e *CrashError) Error() string { return "the process died: " + e.Reason }

var (
	fatalLine  = regexp.MustCompile(`(?m)^(?:fatal error|panic|runtime): .+$`)
	exhaustion = regexp.MustCompile(`out of memory|cannot allocate memory|cannot allocate heap|cannot map pages|failed to reserve|errno=12|newosproc`)
)

func crashError(stderr, state, last string) *CrashError {
	reason := state
	if line := fatalLine.FindString(stderr); line != "" {
		reason = strings.TrimSpace(line)
	}
	// A SIGKILL that the pool did not send is the kernel's, for lack of memory.
	return &CrashError{Reason: reason, Last: last, OutOfMemory: exhaustion.MatchString(stderr) || state == "signal: killed"}
}

// head keeps the beginning of its input, where the runtime names the cause.
type head struct {
	mutex sync.Mutex
	text  []byte
}

const maxHead = 16 << 10

func (h *head) Write(data []byte) (int, error) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.text = append(h.text, data[:min(len(data), maxHead-len(h.text))]...)
	return len(data), nil
}

func (h *head) String() string {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	return string(h.text)
}
