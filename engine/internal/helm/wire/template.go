package wire

// TemplateRequest renders a chart without installing it.
type TemplateRequest struct {
	ChartFields
	ReleaseName      string   `json:"releaseName"`
	DependencyUpdate bool     `json:"dependencyUpdate"`
	KubeVersion      string   `json:"kubeVersion"`
	APIVersions      []string `json:"apiVersions"`
	IncludeCRDs      bool     `json:"includeCrds"`
	SkipTests        bool     `json:"skipTests"`
	NoHooks          bool     `json:"noHooks"`
	IsUpgrade        bool     `json:"isUpgrade"`
	ShowOnly         []string `json:"showOnly"`
	// DryRun is "client" or "server"; the empty string is "client".
	DryRun string `json:"dryRun"`
}

// TemplateResponse is a rendered chart.
type TemplateResponse struct {
	Manifest string `json:"manifest"`
	Notes    string `json:"notes"`
	Hooks    []Hook `json:"hooks"`
	// CRDs are the files of the chart's crds/ directories.
	CRDs  []CRDFile `json:"crds"`
	Chart ChartInfo `json:"chart"`
}

// CRDFile is one file of a crds/ directory.
type CRDFile struct {
	File     string `json:"file"`
	Manifest string `json:"manifest"`
}
