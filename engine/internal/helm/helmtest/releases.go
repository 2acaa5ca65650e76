package helmtest

import (
	"errors"
	"io"
	"testing"
	"time"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart/common"
	kubefake "helm.sh/helm/v4/pkg/kube/fake"
	status "helm.sh/helm/v4/pkg/release/common"
	release "helm.sh/helm/v4/pkg/release/v1"
	"helm.sh/helm/v4/pkg/storage"
	"helm.sh/helm/v4/pkg/storage/driver"
)

// Configuration has the given releases and a cluster in which hooks fail.
func Configuration(t testing.TB, releases ...*release.Release) *action.Configuration {
	t.Helper()
	cfg := action.NewConfiguration()
	cfg.Releases = storage.Init(driver.NewMemory())
	cfg.Capabilities = common.DefaultCapabilities
	cfg.KubeClient = &kubefake.FailingKubeClient{
		PrintingKubeClient:   kubefake.PrintingKubeClient{Out: io.Discard},
		WatchUntilReadyError: errors.New("the hook failed"),
	}
	for _, rel := range releases {
		if err := cfg.Releases.Create(rel); err != nil {
			t.Fatal(err)
		}
	}
	return cfg
}

// Release returns a revision of the release web in the namespace default.
func Release(version int, state status.Status, hooks ...*release.Hook) *release.Release {
	return &release.Release{
		Name: "web", Namespace: "default", Version: version, Hooks: hooks,
		Info: &release.Info{Status: state, FirstDeployed: time.Now(), LastDeployed: time.Now()},
	}
}
