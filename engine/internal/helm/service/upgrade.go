package service

import (
	"context"
	"errors"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/release"
	"helm.sh/helm/v4/pkg/release/common"
	"helm.sh/helm/v4/pkg/storage/driver"

	"seatrial/engine/internal/helm/client"
	"seatrial/engine/internal/helm/failure"
	"seatrial/engine/internal/helm/isolate"
	"seatrial/engine/internal/helm/wire"
)

func (s *Service) upgrade(ctx context.Context, request wire.UpgradeRequest) (*wire.ReleaseResponse, error) {
	if err := request.Check(); err != nil {
		return nil, err
	}
	namespace := wire.NamespaceOr(request.Namespace)
	ctx, end := s.operations.Begin(ctx, namespace, request.ReleaseName)
	defer end()
	cfg, err := s.configuration(ctx, namespace)
	if err != nil {
		return nil, err
	}
	if request.Install {
		absent, uninstalled, err := s.isAbsent(ctx, cfg, request.ReleaseName)
		if err != nil {
			return nil, err
		}
		if absent {
			return s.runInstall(ctx, &request.DeployFields, uninstalled)
		}
	}
	if request.Helm.IsThree() {
		return s.upgradeByHelm3(ctx, cfg, &request)
	}
	preview := func(preview *isolate.PreviewRequest) { completePreview(preview, &request, cfg) }
	if err := s.updateAndPreview(ctx, &request.ChartFields, request.DependencyUpdate, request.RenderDigest, preview); err != nil {
		return nil, err
	}
	values, loaded, err := s.prepare(ctx, &request.ChartFields, request.DependencyUpdate)
	if err != nil {
		return nil, err
	}
	upgrade := action.NewUpgrade(cfg)
	upgrade.Install = request.Install
	upgrade.Namespace = namespace
	upgrade.Description = request.Description
	upgrade.WaitStrategy = request.Wait.Value()
	upgrade.WaitOptions = client.WaitOptions()
	upgrade.WaitForJobs = request.WaitForJobs
	upgrade.Timeout = request.Timeout.Value()
	upgrade.RollbackOnFailure = request.RollbackOnFailure
	upgrade.SkipCRDs = request.SkipCRDs
	upgrade.DisableHooks = request.NoHooks
	upgrade.TakeOwnership = request.TakeOwnership
	upgrade.ForceConflicts = request.ForceConflicts
	upgrade.ForceReplace = request.ForceReplace
	upgrade.ServerSideApply = request.ServerSide.Value()
	upgrade.Labels = request.Labels
	upgrade.DisableOpenAPIValidation = request.DisableOpenAPIValidation
	upgrade.SkipSchemaValidation = request.SkipSchemaValidation
	upgrade.PostRenderer = postRenderer(ctx, request.PostRenderer)
	upgrade.ReuseValues = request.ReuseValues
	upgrade.ResetValues = request.ResetValues
	upgrade.ResetThenReuseValues = request.ResetThenReuseValues
	upgrade.MaxHistory = s.maxHistory(request.MaxHistory)
	upgrade.CleanupOnFail = request.CleanupOnFail

	result, err := failure.Contained(func() (release.Releaser, error) {
		return upgrade.RunWithContext(context.WithoutCancel(ctx), request.ReleaseName, loaded.Chart, values)
	})
	return s.finish(ctx, cfg, client.TypedRelease(result), loaded.Digest, err)
}

// completePreview describes what the upgrade will render.
func completePreview(preview *isolate.PreviewRequest, r *wire.UpgradeRequest, cfg *action.Configuration) {
	preview.ReleaseName, preview.IsUpgrade = r.ReleaseName, true
	last := client.LastRevision(cfg, r.ReleaseName)
	if last == nil {
		return
	}
	preview.Revision = last.Version + 1
	preview.Previous = previousValues(r, last)
}

// isAbsent reports whether "upgrade --install" has to install, and whether over the history of an
// uninstalled release.
func (s *Service) isAbsent(ctx context.Context, cfg *action.Configuration, name string) (absent, uninstalled bool, err error) {
	history := action.NewHistory(cfg)
	history.Max = 1
	revisions, err := history.Run(name)
	if errors.Is(err, driver.ErrReleaseNotFound) {
		return true, false, nil
	}
	if err != nil {
		return false, false, s.actionError(ctx, err, failure.Action{})
	}
	if len(revisions) == 0 {
		return true, false, nil
	}
	last := client.TypedRelease(revisions[len(revisions)-1])
	uninstalled = last != nil && last.Info.Status == common.StatusUninstalled
	return uninstalled, uninstalled, nil
}

// maxHistory is Helm's default unless the request sets it; 0 keeps every revision.
func (s *Service) maxHistory(requested *int) int {
	if requested == nil {
		return s.directories.Settings.MaxHistory
	}
	return *requested
}
