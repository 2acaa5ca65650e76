package wire

import "encoding/json"

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
	PostRenderField
	// ForRelease renders in a worker what Helm's install or upgrade would render: with the version,
	// the API versions and the objects of the cluster, and for an upgrade without values with those
	// of the installed release. KubeVersion, APIVersions and DryRun are then ignored.
	ForRelease bool `json:"forRelease"`
	// ChartVersion and AppVersion replace those of Chart.yaml, as the next version of the chart would.
	ChartVersion string `json:"chartVersion"`
	AppVersion   string `json:"appVersion"`
	// WithValues adds the values that the templates see to the answer.
	WithValues bool `json:"withValues"`
	// WithInputs adds what the chart says about its values to the answer.
	WithInputs bool `json:"withInputs"`
	// QuickKeys gives templates Ed25519 keys in place of RSA and DSA keys, which take up to seconds. Helm 4 only.
	QuickKeys bool `json:"quickKeys"`
}

// TemplateResponse is a rendered chart.
type TemplateResponse struct {
	Manifest string `json:"manifest"`
	Notes    string `json:"notes"`
	Hooks    []Hook `json:"hooks"`
	// CRDs are the files of the chart's crds/ directories.
	CRDs  []CRDFile `json:"crds"`
	Chart ChartInfo `json:"chart"`
	// Warnings are about the whole chart, whatever ShowOnly says.
	Warnings []Warning `json:"warnings"`
	// RenderDigest identifies the inputs of a rendering with ForRelease. An install with the same
	// inputs that is given it does not preview the chart again.
	RenderDigest string `json:"renderDigest,omitempty"`
	// Varies is true when templates have called functions whose result is another one in each rendering, and
	// always with Helm 3.
	Varies bool `json:"varies,omitempty"`
	// LooksBeyond is true when templates may look up objects outside the namespace of the release.
	LooksBeyond bool `json:"looksBeyond,omitempty"`
	// Values are those of the chart and its dependencies, merged with those of the request.
	Values map[string]any `json:"values,omitempty"`
	// Inputs are missing for a chart of a newer kind than apiVersion v2.
	Inputs *Inputs `json:"inputs,omitempty"`
}

// Inputs are what a chart says about its values.
type Inputs struct {
	// Reads are the values that the templates read, in any of their branches.
	Reads []ValueRead `json:"reads"`
	// Defaults are the values of the chart's own values.yaml.
	Defaults json.RawMessage `json:"defaults"`
	// Schema is the chart's own values.schema.json.
	Schema string `json:"schema,omitempty"`
	// Dependencies are the keys below which the dependencies have their values.
	Dependencies [][]string `json:"dependencies"`
}

// ValueRead is a value that a template reads.
type ValueRead struct {
	// Path are its keys; "*" is any key or item.
	Path []string `json:"path"`
	// Whole is whether everything below the value is read with it.
	Whole bool `json:"whole"`
}

// CRDFile is one file of a crds/ directory.
type CRDFile struct {
	File     string `json:"file"`
	Manifest string `json:"manifest"`
}
