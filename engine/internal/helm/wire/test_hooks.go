package wire

import "time"

// TestRequest runs the test hooks of a release.
type TestRequest struct {
	ReleaseFields
	Timeout TimeoutField `json:"timeout"`
	Filters TestFilters  `json:"filters"`
	Logs    bool         `json:"logs"`
}

// TestFilters choose test hooks by name.
type TestFilters struct {
	Include []string `json:"include"`
	Exclude []string `json:"exclude"`
}

// TestResponse is the result of a test whose hooks all succeeded.
type TestResponse struct {
	Release *Release     `json:"release"`
	Hooks   []TestedHook `json:"hooks"`
	Logs    *string      `json:"logs,omitempty"`
	// LogsError says why logs are missing. It does not make a test fail.
	LogsError string `json:"logsError,omitempty"`
}

// TestErrorBody is the body of a response about a test of which a hook failed.
type TestErrorBody struct {
	Error     *Error       `json:"error"`
	Hooks     []TestedHook `json:"hooks"`
	Logs      *string      `json:"logs,omitempty"`
	LogsError string       `json:"logsError,omitempty"`
}

// TestedHook is one test hook that was run.
type TestedHook struct {
	Name        string     `json:"name"`
	Phase       string     `json:"phase"`
	StartedAt   *time.Time `json:"startedAt,omitempty"`
	CompletedAt *time.Time `json:"completedAt,omitempty"`
}
