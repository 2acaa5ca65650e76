package wire

// ChartFields choose a chart and its values. The names are Helm's.
type ChartFields struct {
	// Chart is the absolute path of a chart directory or a packaged chart.
	Chart     string `json:"chart"`
	Namespace string `json:"namespace"`
	// Helm is the Helm that reads, renders and installs the chart.
	Helm HelmField `json:"helm"`
	ValueFields
	SkipSchemaValidation bool `json:"skipSchemaValidation"`
	// RenderTimeout limits the time for reading, linting or rendering the chart.
	RenderTimeout TimeoutField `json:"renderTimeout"`
}

// ValueFields are merged in Helm's order: files, JSON, plain, strings, files' contents, literals.
type ValueFields struct {
	ValueFiles []string `json:"valueFiles"`
	Set        []string `json:"set"`
	SetString  []string `json:"setString"`
	SetJSON    []string `json:"setJson"`
	SetFile    []string `json:"setFile"`
	SetLiteral []string `json:"setLiteral"`
}

// PostRenderField lets the caller change what Helm has rendered.
type PostRenderField struct {
	// PostRenderer is the absolute path of a unix socket. Whoever listens there answers a POST of
	// the rendered manifests with the manifests to use in their place.
	PostRenderer string `json:"postRenderer"`
}

// ReleaseFields name a release.
type ReleaseFields struct {
	Namespace   string `json:"namespace"`
	ReleaseName string `json:"releaseName"`
	// Helm is the Helm that works on the release. Both read the same storage.
	Helm HelmField `json:"helm"`
}

// DeployFields are common to install and upgrade.
type DeployFields struct {
	ChartFields
	ReleaseName              string            `json:"releaseName"`
	DependencyUpdate         bool              `json:"dependencyUpdate"`
	Description              string            `json:"description"`
	CreateNamespace          bool              `json:"createNamespace"`
	Wait                     WaitField         `json:"wait"`
	WaitForJobs              bool              `json:"waitForJobs"`
	Timeout                  TimeoutField      `json:"timeout"`
	RollbackOnFailure        bool              `json:"rollbackOnFailure"`
	SkipCRDs                 bool              `json:"skipCrds"`
	NoHooks                  bool              `json:"noHooks"`
	TakeOwnership            bool              `json:"takeOwnership"`
	ForceConflicts           bool              `json:"forceConflicts"`
	ForceReplace             bool              `json:"forceReplace"`
	ServerSide               ServerSideField   `json:"serverSide"`
	Labels                   map[string]string `json:"labels"`
	DisableOpenAPIValidation bool              `json:"disableOpenapiValidation"`
	PostRenderField
	// RenderDigest is the answer of a preceding template request for the same release.
	RenderDigest string `json:"renderDigest"`
}

// IsEmpty reports whether the request brings no values of its own.
func (f *ValueFields) IsEmpty() bool {
	return len(f.ValueFiles)+len(f.Set)+len(f.SetString)+len(f.SetJSON)+len(f.SetFile)+len(f.SetLiteral) == 0
}
