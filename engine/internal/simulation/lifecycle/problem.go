package lifecycle

// Reference identifies a Secret or ConfigMap that a pod refers to, or one key of it.
type Reference struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
	Key  string `json:"key,omitempty"`
}

// Problem is the reason why volumes cannot be mounted or a container cannot be created. The zero value
// stands for no problem.
type Problem struct {
	// Message is a kubelet's.
	Message string
	// Missing is the reference that the problem is about, if its object or key does not exist.
	Missing *Reference
	// Signer is the name of the signer whose certificate the pod waits for.
	Signer string
	// Permanent says that no change in the cluster solves the problem: it stays as long as the pod.
	Permanent bool
}
