package wire

// DependencyListRequest asks for the state of a chart's dependencies.
type DependencyListRequest struct {
	Chart string `json:"chart"`
}

// DependencyListResponse lists the dependencies in the order of Chart.yaml.
type DependencyListResponse struct {
	Dependencies []Dependency `json:"dependencies"`
}

// Dependency is one entry of Chart.yaml.
type Dependency struct {
	Name       string `json:"name"`
	Version    string `json:"version"`
	Repository string `json:"repository"`
	// Status is Helm's: ok, unpacked, missing, wrong version, …
	Status string `json:"status"`
}

// DependencyBuildRequest downloads dependencies into charts/.
type DependencyBuildRequest struct {
	Chart       string `json:"chart"`
	SkipRefresh bool   `json:"skipRefresh"`
}

// DependencyBuildResponse holds what Helm printed.
type DependencyBuildResponse struct {
	Output string `json:"output"`
}
