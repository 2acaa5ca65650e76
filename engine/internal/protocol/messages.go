// Package protocol is the control channel: JSON lines that the engine writes on file descriptor 3.
// fixtures/protocol/ holds one example of each message; Go and TypeScript both decode them in
// tests.
package protocol

// Version changes when a message changes in a way that an older reader cannot handle.
const Version = 1

// Hello is the first line: the versions of the engine.
type Hello struct {
	Type       string `json:"type"`
	Protocol   int    `json:"protocol"`
	Engine     string `json:"engine"`
	Kubernetes string `json:"kubernetes"`
	Helm       string `json:"helm"`
	Etcd       string `json:"etcd"`
	Go         string `json:"go"`
	PID        int    `json:"pid"`
}

// Step reports that one part of the boot is done, ElapsedMs after the process started.
type Step struct {
	Type      string `json:"type"`
	Name      string `json:"name"`
	ElapsedMs int64  `json:"elapsedMs"`
}

// Ready reports that the control plane can be used, and where.
type Ready struct {
	Type         string `json:"type"`
	ElapsedMs    int64  `json:"elapsedMs"`
	Server       string `json:"server"`
	Kubeconfig   string `json:"kubeconfig"`
	EngineSocket string `json:"engineSocket"`
}

// Error reports that a component failed; the engine then ends.
type Error struct {
	Type      string `json:"type"`
	Component string `json:"component"`
	Message   string `json:"message"`
}

// Stopping is the last line, with the reason for the end.
type Stopping struct {
	Type   string `json:"type"`
	Reason string `json:"reason"`
}
