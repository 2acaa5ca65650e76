package client

import (
	"encoding/json"
	"errors"
	"os"
	"slices"

	"helm.sh/helm/v4/pkg/chart/common"

	"seatrial/engine/internal/helm/wire"
)

// Capabilities are what templates see that are rendered without asking a cluster. Helm's own describe the
// newest version that it knows, which is wrong for charts that are tried on an older one.
type Capabilities struct {
	KubeVersion string   `json:"kubeVersion"`
	APIVersions []string `json:"apiVersions"`
}

// WriteCapabilities writes those of the cluster to the file, as they are now.
func (c *Cluster) WriteCapabilities(file string) error {
	var found Capabilities
	found.KubeVersion, found.APIVersions = c.Capabilities()
	if found.KubeVersion == "" || len(found.APIVersions) == 0 {
		return errors.New("unable to read the capabilities of the API server")
	}
	text, err := json.Marshal(found)
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}

// ReadCapabilities reads the file of WriteCapabilities.
func ReadCapabilities(file string) (*Capabilities, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	found := &Capabilities{}
	return found, json.Unmarshal(text, found)
}

// SetDefaults makes the Helm of this process render and lint with the capabilities.
func (c *Capabilities) SetDefaults() error {
	version, err := wire.ParseKubeVersion(c.KubeVersion)
	if err != nil {
		return err
	}
	defaults := common.DefaultCapabilities.Copy()
	defaults.KubeVersion = *version
	// Helm appends to it, for several charts at the same time.
	defaults.APIVersions = slices.Clip(slices.Clone(c.APIVersions))
	common.DefaultCapabilities = defaults
	return nil
}
