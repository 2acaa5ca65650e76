package wire

// LintRequest asks for the messages of "helm lint".
type LintRequest struct {
	ChartFields
	Strict        bool   `json:"strict"`
	KubeVersion   string `json:"kubeVersion"`
	WithSubcharts bool   `json:"withSubcharts"`
}

// LintResponse lists the messages of all linted charts.
type LintResponse struct {
	Messages []LintMessage `json:"messages"`
	// Warnings are about parts of the chart that were not checked; strict does not apply to them.
	Warnings []Warning `json:"warnings"`
	// Charts is the number of charts that were linted. Failed is the number of charts with an error
	// or, with strict, a warning.
	Charts int `json:"charts"`
	Failed int `json:"failed"`
}

// LintMessage is one message of a lint rule.
type LintMessage struct {
	// Severity is info, warning or error.
	Severity string `json:"severity"`
	// Path is the file or directory that the rule checked, relative to the chart's root.
	Path    string `json:"path"`
	Message string `json:"message"`
	// File, Line and Column locate the template expression that the message is about.
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}
