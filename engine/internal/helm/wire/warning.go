package wire

// Warning is something questionable about a chart that keeps nobody from installing it.
type Warning struct {
	// Reason is a CamelCase word for programs.
	Reason  string `json:"reason"`
	Message string `json:"message"`
	// File is the file in the chart (web/templates/x.yaml).
	File string `json:"file,omitempty"`
	// Line is the line in the file, 1-based, or 0.
	Line int `json:"line,omitempty"`
	// Field is a field of the object, or else the path of a value.
	Field  string     `json:"field,omitempty"`
	Object *ObjectRef `json:"object,omitempty"`
	Hint   string     `json:"hint,omitempty"`
}
