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
	// OverLimit is set when the process itself reported that it had reached the limit of its memory or
	// stack. The chart is to blame for no other death: the kernel, a person or a control group may kill
	// any process.
	OverLimit bool
	Last      string
}

func (e *CrashError) Error() string { return "the process died: " + e.Reason }

var (
	fatalLine  = regexp.MustCompile(`(?m)^(?:fatal error|panic|runtime): .+$`)
	exhaustion = regexp.MustCompile(`(?m)^(?:fatal error|runtime): .*(?:out of memory|cannot allocate|cannot map pages|failed to reserve|errno=12\b|stack overflow|goroutine stack exceeds)`)
)

const killedState = "signal: killed"

// crashError describes the death of a process. hasFullBudget is false when the process could not have
// all the memory that a chart may use: it then ran out of memory for a reason outside of the chart.
func crashError(stderr, state, last string, hasFullBudget bool) *CrashError {
	reason := state
	if line := fatalLine.FindString(stderr); line != "" {
		reason = strings.TrimSpace(line)
	}
	isExhausted := exhaustion.MatchString(stderr)
	if isExhausted && !hasFullBudget {
		reason += " (this process may use less memory than a chart is allowed: see `ulimit -v`)"
	}
	return &CrashError{Reason: reason, Last: last, OverLimit: isExhausted && hasFullBudget && state != killedState}
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
