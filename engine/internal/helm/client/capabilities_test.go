package client

import (
	"path/filepath"
	"slices"
	"testing"

	"helm.sh/helm/v4/pkg/chart/common"
)

func TestCapabilitiesReplaceThoseOfHelm(t *testing.T) {
	before := common.DefaultCapabilities
	t.Cleanup(func() { common.DefaultCapabilities = before })
	set := &Capabilities{KubeVersion: "v1.35.0", APIVersions: []string{"v1", "apps/v1", "apps/v1/Deployment"}}
	if err := set.SetDefaults(); err != nil {
		t.Fatal(err)
	}
	got := common.DefaultCapabilities
	if got.KubeVersion.Version != "v1.35.0" || got.KubeVersion.Minor != "35" || !slices.Equal(got.APIVersions, set.APIVersions) {
		t.Errorf("got %+v", got)
	}
	if got.HelmVersion != before.HelmVersion {
		t.Errorf("the version of Helm is %+v", got.HelmVersion)
	}
	// Two charts that add to the list at the same time must not write to one array.
	if one, other := append(got.APIVersions, "one"), append(got.APIVersions, "other"); one[3] != "one" || other[3] != "other" {
		t.Errorf("got %v and %v", one, other)
	}
}

func TestCapabilitiesOfNoClusterAreNotWritten(t *testing.T) {
	cluster := NewCluster(filepath.Join(t.TempDir(), "kubeconfig"), nil)
	file := filepath.Join(t.TempDir(), "capabilities.json")
	if err := cluster.WriteCapabilities(file); err == nil {
		t.Error("they were written")
	}
	if _, err := ReadCapabilities(file); err == nil {
		t.Error("they were read")
	}
}
