package client

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/kube"
	status "helm.sh/helm/v4/pkg/release/common"
	release "helm.sh/helm/v4/pkg/release/v1"

	"seatrial/engine/internal/helm/helmtest"
)

func statusOf(t *testing.T, cfg *action.Configuration, version int) *release.Info {
	t.Helper()
	rel, err := cfg.Releases.Get("web", version)
	if err != nil {
		t.Fatal(err)
	}
	return TypedRelease(rel).Info
}

func TestARollbackThatHelmLeavesPendingEndsFailed(t *testing.T) {
	hook := &release.Hook{Name: "check", Kind: "Job", Manifest: helmtest.HookTemplate, Events: []release.HookEvent{release.HookPreRollback}}
	cfg := helmtest.Configuration(t, helmtest.Release(1, status.StatusSuperseded, hook), helmtest.Release(2, status.StatusDeployed))
	recordReleases(cfg)
	rollback := action.NewRollback(cfg)
	rollback.WaitStrategy = kube.HookOnlyStrategy
	rollback.ServerSideApply = "true"
	err := rollback.Run("web")
	if err == nil {
		t.Fatal("the rollback succeeded, its hook should fail")
	}
	if left := statusOf(t, cfg, 3).Status; left != status.StatusPendingRollback {
		t.Fatalf("Helm leaves it %s: is FailUnfinished still needed?", left)
	}
	FailUnfinished(t.Context(), cfg, err, nil, slog.New(slog.DiscardHandler))
	info := statusOf(t, cfg, 3)
	if info.Status != status.StatusFailed || !strings.Contains(info.Description, "the hook failed") {
		t.Errorf("it is %s: %s", info.Status, info.Description)
	}
}

func TestAReleaseOfAnotherRequestIsLeftAlone(t *testing.T) {
	cfg := helmtest.Configuration(t, helmtest.Release(1, status.StatusPendingInstall))
	recordReleases(cfg)
	if err := cfg.Releases.Create(helmtest.Release(1, status.StatusPendingInstall)); err == nil {
		t.Fatal("the same revision was created twice")
	}
	FailUnfinished(t.Context(), cfg, errors.New("exists"), nil, slog.New(slog.DiscardHandler))
	if left := statusOf(t, cfg, 1).Status; left != status.StatusPendingInstall {
		t.Errorf("it is %s", left)
	}
}

func TestACancelledUninstallIsMarkedAsFailedAndAFailedUninstallIsNot(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for ctx, want := range map[context.Context]status.Status{t.Context(): status.StatusUninstalling, cancelled: status.StatusFailed} {
		cfg := helmtest.Configuration(t, helmtest.Release(1, status.StatusDeployed))
		recordReleases(cfg)
		current := helmtest.Release(1, status.StatusUninstalling)
		if err := cfg.Releases.Update(current); err != nil {
			t.Fatal(err)
		}
		FailUnfinished(ctx, cfg, errors.New("no end"), current, slog.New(slog.DiscardHandler))
		if left := statusOf(t, cfg, 1).Status; left != want || current.Info.Status != want {
			t.Errorf("it is stored as %s and answered as %s, want %s", left, current.Info.Status, want)
		}
	}
}
