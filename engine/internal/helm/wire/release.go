package wire

import "time"

// Release is one revision of a release.
type Release struct {
	Name          string         `json:"name"`
	Namespace     string         `json:"namespace"`
	Revision      int            `json:"revision"`
	Status        string         `json:"status"`
	Description   string         `json:"description"`
	Chart         ChartInfo      `json:"chart"`
	FirstDeployed *time.Time     `json:"firstDeployed,omitempty"`
	LastDeployed  *time.Time     `json:"lastDeployed,omitempty"`
	Notes         string         `json:"notes"`
	Manifest      string         `json:"manifest"`
	Hooks         []Hook         `json:"hooks"`
	Config        map[string]any `json:"config"`
}

// ChartInfo identifies a chart. Digest is empty for a release that this engine did not create.
type ChartInfo struct {
	Name       string `json:"name"`
	Version    string `json:"version"`
	AppVersion string `json:"appVersion,omitempty"`
	Digest     string `json:"digest,omitempty"`
}

// Hook is an object that Helm creates at an event and does not keep as part of the release.
type Hook struct {
	Name           string   `json:"name"`
	Kind           string   `json:"kind"`
	Path           string   `json:"path"`
	Manifest       string   `json:"manifest"`
	Events         []string `json:"events"`
	Weight         int      `json:"weight"`
	DeletePolicies []string `json:"deletePolicies"`
}
