package wire

// Warning is something questionable about a chart that keeps nobody from installing it.
type Warning struct {
	// Reason is a CamelCase word for programs.
	Reason  string `json:"reason"`
	Message string `json:"message"`
	// File is the file in the chart (web/templates/x.yaml).
	File   string     `json:"file,omitempty"`
	Object *ObjectRef `json:"object,omitempty"`
	Hint   string     `json:"hint,omitempty"`
}
