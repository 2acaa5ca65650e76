package helm

import (
	"context"
	"errors"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/release"
	"helm.sh/helm/v4/pkg/release/common"
	"helm.sh/helm/v4/pkg/storage/driver"
)

type upgradeRequest struct {
	deployFields
	Install              bool `json:"install"`
	Replace              bool `json:"replace"`
	ReuseValues          bool `json:"reuseValues"`
	ResetValues          bool `json:"resetValues"`
	ResetThenReuseValues bool `json:"resetThenReuseValues"`
	MaxHistory           *int `json:"maxHistory"`
	CleanupOnFail        bool `json:"cleanupOnFail"`
}

func (s *Service) upgrade(ctx context.Context, request upgradeRequest) (*releaseResponse, error) {
	if err := request.check(); err != nil {
		return nil, err
	}
	namespace := namespaceOr(request.Namespace)
	ctx, end := s.operations.begin(ctx, namespace, request.ReleaseName)
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
			return s.runInstall(ctx, &request.deployFields, uninstalled)
		}
	}
	preview := func(preview *previewRequest) { request.preview(cfg, preview) }
	if err := s.updateAndPreview(ctx, &request.chartFields, request.DependencyUpdate, preview); err != nil {
		return nil, err
	}
	values, err := request.merge()
	if err != nil {
		return nil, err
	}
	loaded, err := s.installable(ctx, request.Chart, request.DependencyUpdate)
	if err != nil {
		return nil, err
	}
	if err := request.checkSchemas(loaded.chart); err != nil {
		return nil, err
	}
	upgrade := action.NewUpgrade(cfg)
	upgrade.Install = request.Install
	upgrade.Namespace = namespace
	upgrade.Description = request.Description
	upgrade.WaitStrategy = request.Wait.value()
	upgrade.WaitOptions = waitOptions()
	upgrade.WaitForJobs = request.WaitForJobs
	upgrade.Timeout = request.Timeout.value()
	upgrade.RollbackOnFailure = request.RollbackOnFailure
	upgrade.SkipCRDs = request.SkipCRDs
	upgrade.DisableHooks = request.NoHooks
	upgrade.TakeOwnership = request.TakeOwnership
	upgrade.ForceConflicts = request.ForceConflicts
	upgrade.ForceReplace = request.ForceReplace
	upgrade.ServerSideApply = request.ServerSide.value()
	upgrade.Labels = request.Labels
	upgrade.DisableOpenAPIValidation = request.DisableOpenAPIValidation
	upgrade.SkipSchemaValidation = request.SkipSchemaValidation
	upgrade.ReuseValues = request.ReuseValues
	upgrade.ResetValues = request.ResetValues
	upgrade.ResetThenReuseValues = request.ResetThenReuseValues
	upgrade.MaxHistory = s.maxHistory(request.MaxHistory)
	upgrade.CleanupOnFail = request.CleanupOnFail

	result, err := contained(func() (release.Releaser, error) {
		return upgrade.RunWithContext(context.WithoutCancel(ctx), request.ReleaseName, loaded.chart, values)
	})
	rel := typedRelease(result)
	s.settle(ctx, cfg, err, rel)
	if rel != nil {
		s.digests.set(rel.Namespace, rel.Name, rel.Version, loaded.digest)
	}
	if err != nil {
		return nil, s.actionError(ctx, err, failedAction{release: rel, config: cfg})
	}
	return &releaseResponse{Release: s.toRelease(rel)}, nil
}

// preview tells a worker what the upgrade will render.
func (r *upgradeRequest) preview(cfg *action.Configuration, preview *previewRequest) {
	preview.ReleaseName, preview.IsUpgrade = r.ReleaseName, true
	last := lastRevision(cfg, r.ReleaseName)
	if last == nil {
		return
	}
	preview.Revision = last.Version + 1
	switch {
	case r.ResetValues:
	case r.ReuseValues && last.Chart != nil:
		if all, err := util.CoalesceValues(last.Chart, last.Config); err == nil {
			preview.Previous = all
		}
	case r.ResetThenReuseValues, r.valueFields.none():
		preview.Previous = last.Config
	}
}

// isAbsent tells whether "upgrade --install" has to install, and whether over
// the history of an uninstalled release.
func (s *Service) isAbsent(ctx context.Context, cfg *action.Configuration, name string) (absent, uninstalled bool, err error) {
	history := action.NewHistory(cfg)
	history.Max = 1
	revisions, err := history.Run(name)
	if errors.Is(err, driver.ErrReleaseNotFound) {
		return true, false, nil
	}
	if err != nil {
		return false, false, s.actionError(ctx, err, failedAction{})
	}
	if len(revisions) == 0 {
		return true, false, nil
	}
	last := typedRelease(revisions[len(revisions)-1])
	uninstalled = last != nil && last.Info.Status == common.StatusUninstalled
	return uninstalled, uninstalled, nil
}

// maxHistory is Helm's own default when the request has none; 0 keeps every revision.
func (s *Service) maxHistory(requested *int) int {
	if requested == nil {
		return s.homes.settings.MaxHistory
	}
	return *requested
}
