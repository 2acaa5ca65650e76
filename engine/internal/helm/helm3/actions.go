package helm3

import (
	"context"
	"log/slog"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/release"
	actionv4 "helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/kube"
	releasev4 "helm.sh/helm/v4/pkg/release/v1"

	"seatrial/engine/internal/helm/failure"
	"seatrial/engine/internal/helm/wire"
)

// Target is where an action works: the configuration that the engine has made for Helm 4, and the
// namespace of the release.
type Target struct {
	Configuration *actionv4.Configuration
	Namespace     string
	Logger        *slog.Logger
}

// run makes the configuration of Helm 3, and gives the action's error its causes.
func run[Result any](ctx context.Context, target Target, action func(*session) (Result, error)) (Result, error) {
	var none Result
	opened, err := newSession(ctx, target.Configuration, target.Namespace, target.Logger)
	if err != nil {
		return none, err
	}
	result, err := failure.Contained(func() (Result, error) { return action(opened) })
	return result, describe(err, opened.client.failedHooks())
}

// doesWait: Helm 3 has one way to wait for objects, or does not wait.
func doesWait(field wire.WaitField) bool { return field.Value() != kube.HookOnlyStrategy }

// Install installs the chart.
func Install(
	ctx context.Context, target Target, loaded *Loaded, values map[string]any, fields *wire.DeployFields, replace bool,
) (*releasev4.Release, error) {
	rel, err := run(ctx, target, func(opened *session) (*release.Release, error) {
		install := action.NewInstall(opened.cfg)
		install.ReleaseName = fields.ReleaseName
		install.Namespace = target.Namespace
		install.CreateNamespace = fields.CreateNamespace
		install.Description = fields.Description
		install.Wait = doesWait(fields.Wait)
		install.WaitForJobs = fields.WaitForJobs
		install.Timeout = fields.Timeout.Value()
		install.Atomic = fields.RollbackOnFailure
		install.SkipCRDs = fields.SkipCRDs
		install.DisableHooks = fields.NoHooks
		install.TakeOwnership = fields.TakeOwnership
		install.Force = fields.ForceReplace
		install.Labels = fields.Labels
		install.Replace = replace
		install.DisableOpenAPIValidation = fields.DisableOpenAPIValidation
		install.SkipSchemaValidation = fields.SkipSchemaValidation
		// Given a cancelled context, Helm would return while its own goroutine still changes the release.
		return install.RunWithContext(context.WithoutCancel(ctx), loaded.Chart, values)
	})
	return toHelm4(rel), err
}

// Upgrade upgrades the release.
func Upgrade(
	ctx context.Context, target Target, loaded *Loaded, values map[string]any, request *wire.UpgradeRequest, maxHistory int,
) (*releasev4.Release, error) {
	rel, err := run(ctx, target, func(opened *session) (*release.Release, error) {
		upgrade := action.NewUpgrade(opened.cfg)
		upgrade.Install = request.Install
		upgrade.Namespace = target.Namespace
		upgrade.Description = request.Description
		upgrade.Wait = doesWait(request.Wait)
		upgrade.WaitForJobs = request.WaitForJobs
		upgrade.Timeout = request.Timeout.Value()
		upgrade.Atomic = request.RollbackOnFailure
		upgrade.SkipCRDs = request.SkipCRDs
		upgrade.DisableHooks = request.NoHooks
		upgrade.TakeOwnership = request.TakeOwnership
		upgrade.Force = request.ForceReplace
		upgrade.Labels = request.Labels
		upgrade.DisableOpenAPIValidation = request.DisableOpenAPIValidation
		upgrade.SkipSchemaValidation = request.SkipSchemaValidation
		upgrade.ReuseValues = request.ReuseValues
		upgrade.ResetValues = request.ResetValues
		upgrade.ResetThenReuseValues = request.ResetThenReuseValues
		upgrade.MaxHistory = maxHistory
		upgrade.CleanupOnFail = request.CleanupOnFail
		return upgrade.RunWithContext(context.WithoutCancel(ctx), request.ReleaseName, loaded.Chart, values)
	})
	return toHelm4(rel), err
}

// Rollback makes a new revision from an earlier one.
func Rollback(ctx context.Context, target Target, request *wire.RollbackRequest, maxHistory int) error {
	_, err := run(ctx, target, func(opened *session) (struct{}, error) {
		rollback := action.NewRollback(opened.cfg)
		rollback.Version = request.Revision
		rollback.Wait = doesWait(request.Wait)
		rollback.WaitForJobs = request.WaitForJobs
		rollback.Timeout = request.Timeout.Value()
		rollback.DisableHooks = request.NoHooks
		rollback.CleanupOnFail = request.CleanupOnFail
		rollback.Force = request.ForceReplace
		rollback.MaxHistory = maxHistory
		return struct{}{}, rollback.Run(request.ReleaseName)
	})
	return err
}

// Uninstall deletes the release. It returns the release as it was, which is nil when there was none,
// and Helm's words about objects that it kept.
func Uninstall(ctx context.Context, target Target, request *wire.UninstallRequest) (*releasev4.Release, string, error) {
	result, err := run(ctx, target, func(opened *session) (*release.UninstallReleaseResponse, error) {
		uninstall := action.NewUninstall(opened.cfg)
		uninstall.Wait = doesWait(request.Wait)
		uninstall.Timeout = request.Timeout.Value()
		uninstall.KeepHistory = request.KeepHistory
		uninstall.DisableHooks = request.NoHooks
		uninstall.IgnoreNotFound = request.IgnoreNotFound
		uninstall.DeletionPropagation = request.Cascade
		return uninstall.Run(request.ReleaseName)
	})
	if result == nil {
		return nil, "", err
	}
	return toHelm4(result.Release), result.Info, err
}

// Test runs the test hooks of the release. The logs are nil unless the request asks for them.
func Test(ctx context.Context, target Target, request *wire.TestRequest) (tested *releasev4.Release, logs *Logs, err error) {
	rel, err := run(ctx, target, func(opened *session) (*release.Release, error) {
		tests := action.NewReleaseTesting(opened.cfg)
		tests.Namespace = target.Namespace
		tests.Timeout = request.Timeout.Value()
		tests.Filters = map[string][]string{
			action.IncludeNameFilter: request.Filters.Include,
			action.ExcludeNameFilter: request.Filters.Exclude,
		}
		rel, err := tests.Run(request.ReleaseName)
		if rel != nil && request.Logs {
			logs = &Logs{}
			logs.Err = tests.GetPodLogs(&logs.Text, rel)
		}
		return rel, err
	})
	return toHelm4(rel), logs, err
}
