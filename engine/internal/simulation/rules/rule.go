// Package rules holds the simulation rules: what users say that simulated containers and nodes do.
package rules

// KindNode is the only kind in a selector that does not select pods.
const KindNode = "Node"

// Rule says what the selected containers, pods or nodes do.
type Rule struct {
	Selector Selector `json:"selector"`
	Effect   Effect   `json:"effect"`
}

// Selector selects pods, and containers in them. Everything that is given must match.
type Selector struct {
	// Kind and Name are those of the pod or of one of its owners, direct or indirect: a Job, or the
	// CronJob that owns it.
	Kind string `json:"kind,omitempty"`
	Name string `json:"name,omitempty"`
	// Labels are the pod's.
	Labels map[string]string `json:"labels,omitempty"`
	// Image is a pattern in which * matches any text. With Image or Container, init containers can be
	// selected too; without both, all regular containers are.
	Image     string `json:"image,omitempty"`
	Container string `json:"container,omitempty"`
}

// Effect is what the selected containers, pods or nodes do instead of the default. Times are in
// milliseconds.
type Effect struct {
	// ExitCode makes the container end by itself with this code.
	ExitCode *int32 `json:"exitCode,omitempty"`
	// OOMKilled makes it end with 137 because it ran out of memory.
	OOMKilled bool `json:"oomKilled,omitempty"`
	// CrashLoop makes it end after every start, with ExitCode or 1.
	CrashLoop *CrashLoop `json:"crashLoop,omitempty"`
	// Evict is the number of selected pods that their node evicts once they run. The rule affects no
	// other pods.
	Evict *int64 `json:"evict,omitempty"`
	// AfterMs is how long the container runs before it ends, or before its pod is evicted.
	AfterMs *int64 `json:"afterMs,omitempty"`
	// ImagePullError is the reason why the image cannot be pulled.
	ImagePullError *string `json:"imagePullError,omitempty"`
	NeverReady     bool    `json:"neverReady,omitempty"`
	ReadyAfterMs   *int64  `json:"readyAfterMs,omitempty"`
	// Logs is the container's output in every run.
	Logs *string `json:"logs,omitempty"`
	// StopAfterMs is how long the container takes to end after its pod is deleted, at most the grace
	// period.
	StopAfterMs *int64 `json:"stopAfterMs,omitempty"`
	// Lost makes the kubelet of a node stop responding. It is the only effect on nodes.
	Lost bool `json:"lost,omitempty"`
}

// CrashLoop sets the pauses between restarts. The default is a kubelet's.
type CrashLoop struct {
	BackoffMs    *int64 `json:"backoffMs,omitempty"`
	MaxBackoffMs *int64 `json:"maxBackoffMs,omitempty"`
}

func (e Effect) durations() map[string]*int64 {
	all := map[string]*int64{"afterMs": e.AfterMs, "readyAfterMs": e.ReadyAfterMs, "stopAfterMs": e.StopAfterMs}
	if e.CrashLoop != nil {
		all["crashLoop.backoffMs"], all["crashLoop.maxBackoffMs"] = e.CrashLoop.BackoffMs, e.CrashLoop.MaxBackoffMs
	}
	return all
}
