package helm

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/kube"
	kubefake "helm.sh/helm/v4/pkg/kube/fake"
	status "helm.sh/helm/v4/pkg/release/common"
	release "helm.sh/helm/v4/pkg/release/v1"
	"helm.sh/helm/v4/pkg/storage"
	"helm.sh/helm/v4/pkg/storage/driver"
)

// memoryConfiguration has the given releases and a cluster in which hooks fail.
func memoryConfiguration(t *testing.T, releases ...*release.Release) *action.Configuration {
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

func releaseOf(version int, state status.Status, hooks ...*release.Hook) *release.Release {
	return &release.Release{
		Name: "web", Namespace: "default", Version: version, Hooks: hooks,
		Info: &release.Info{Status: state, FirstDeployed: time.Now(), LastDeployed: time.Now()},
	}
}

func statusOf(t *testing.T, cfg *action.Configuration, version int) *release.Info {
	t.Helper()
	rel, err := cfg.Releases.Get("web", version)
	if err != nil {
		t.Fatal(err)
	}
	return typedRelease(rel).Info
}

func TestARollbackThatHelmLeavesPendingEndsFailed(t *testing.T) {
	hook := &release.Hook{Name: "check", Kind: "Job", Manifest: hookTemplate, Events: []release.HookEvent{release.HookPreRollback}}
	cfg := memoryConfiguration(t, releaseOf(1, status.StatusSuperseded, hook), releaseOf(2, status.StatusDeployed))
	noteReleases(cfg)
	rollback := action.NewRollback(cfg)
	rollback.WaitStrategy = kube.HookOnlyStrategy
	rollback.ServerSideApply = "true"
	err := rollback.Run("web")
	if err == nil {
		t.Fatal("the rollback succeeded, its hook should fail")
	}
	if left := statusOf(t, cfg, 3).Status; left != status.StatusPendingRollback {
		t.Fatalf("Helm leaves it %s: is settling still needed?", left)
	}
	newTestService(t).settle(t.Context(), cfg, err, nil)
	info := statusOf(t, cfg, 3)
	if info.Status != status.StatusFailed || !strings.Contains(info.Description, "the hook failed") {
		t.Errorf("it is %s: %s", info.Status, info.Description)
	}
}

func TestAReleaseOfAnotherRequestIsLeftAlone(t *testing.T) {
	cfg := memoryConfiguration(t, releaseOf(1, status.StatusPendingInstall))
	noteReleases(cfg)
	if err := cfg.Releases.Create(releaseOf(1, status.StatusPendingInstall)); err == nil {
		t.Fatal("the same revision was made twice")
	}
	newTestService(t).settle(t.Context(), cfg, errors.New("exists"), nil)
	if left := statusOf(t, cfg, 1).Status; left != status.StatusPendingInstall {
		t.Errorf("it is %s", left)
	}
}

func TestACancelledUninstallIsSettledAndAFailedOneIsNot(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for ctx, want := range map[context.Context]status.Status{t.Context(): status.StatusUninstalling, cancelled: status.StatusFailed} {
		cfg := memoryConfiguration(t, releaseOf(1, status.StatusDeployed))
		noteReleases(cfg)
		current := releaseOf(1, status.StatusUninstalling)
		if err := cfg.Releases.Update(current); err != nil {
			t.Fatal(err)
		}
		newTestService(t).settle(ctx, cfg, errors.New("no end"), current)
		if left := statusOf(t, cfg, 1).Status; left != want || current.Info.Status != want {
			t.Errorf("it is stored as %s and answered as %s, want %s", left, current.Info.Status, want)
		}
	}
}

func TestAPanicInsideTheClientIsAnError(t *testing.T) {
	// Every method of a missing client panics.
	var client containedClient
	created, err := client.Create(nil)
	if created == nil || !isPanic(err) {
		t.Errorf("create: %v, %v", created, err)
	}
	updated, err := client.Update(nil, nil)
	if updated == nil || !isPanic(err) {
		t.Errorf("update: %v, %v", updated, err)
	}
	if _, err := client.Build(nil, true); !isPanic(err) {
		t.Errorf("build: %v", err)
	}
	var waiter containedWaiter
	for name, wait := range map[string]func(kube.ResourceList, time.Duration) error{
		"wait": waiter.Wait, "jobs": waiter.WaitWithJobs, "delete": waiter.WaitForDelete, "hook": waiter.WatchUntilReady,
	} {
		if err := wait(nil, time.Second); !isPanic(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = contained(func() (int, error) { panic("anywhere else") })
	failure := newTestService(t).actionError(t.Context(), err, failedAction{})
	if failure.Code != CodeInternal || failure.Message != "the engine failed: anywhere else" {
		t.Errorf("answered as %s: %s", failure.Code, failure.Message)
	}
}

func isPanic(err error) bool {
	_, ok := errors.AsType[*panicError](err)
	return ok
}
