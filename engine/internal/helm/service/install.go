package service

import (
	"context"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/release"
	releasev1 "helm.sh/helm/v4/pkg/release/v1"

	"seatrial/engine/internal/helm/client"
	"seatrial/engine/internal/helm/failure"
	"seatrial/engine/internal/helm/isolate"
	"seatrial/engine/internal/helm/wire"
)

func (s *Service) install(ctx context.Context, request wire.InstallRequest) (*wire.ReleaseResponse, error) {
	if err := request.Check(); err != nil {
		return nil, err
	}
	return s.runInstall(ctx, &request.DeployFields, request.Replace)
}

func (s *Service) runInstall(ctx context.Context, fields *wire.DeployFields, replace bool) (*wire.ReleaseResponse, error) {
	if fields.Helm.IsThree() {
		return s.runInstallByHelm3(ctx, fields, replace)
	}
	serverSide := fields.ServerSide.Mode != "false"
	if fields.ForceReplace && serverSide {
		return nil, wire.RequestError("forceReplace cannot be used with server-side apply: set serverSide to false")
	}
	preview := func(preview *isolate.PreviewRequest) { preview.ReleaseName = fields.ReleaseName }
	if err := s.updateAndPreview(ctx, &fields.ChartFields, fields.DependencyUpdate, fields.RenderDigest, preview); err != nil {
		return nil, err
	}
	values, loaded, err := s.prepare(ctx, &fields.ChartFields, fields.DependencyUpdate)
	if err != nil {
		return nil, err
	}
	namespace := wire.NamespaceOr(fields.Namespace)
	ctx, end := s.operations.Begin(ctx, namespace, fields.ReleaseName)
	defer end()
	cfg, err := s.configuration(ctx, namespace)
	if err != nil {
		return nil, err
	}
	install := action.NewInstall(cfg)
	install.ReleaseName = fields.ReleaseName
	install.Namespace = namespace
	install.CreateNamespace = fields.CreateNamespace
	install.Description = fields.Description
	install.WaitStrategy = fields.Wait.Value()
	install.WaitOptions = client.WaitOptions()
	install.WaitForJobs = fields.WaitForJobs
	install.Timeout = fields.Timeout.Value()
	install.RollbackOnFailure = fields.RollbackOnFailure
	install.SkipCRDs = fields.SkipCRDs
	install.DisableHooks = fields.NoHooks
	install.TakeOwnership = fields.TakeOwnership
	install.ForceConflicts = fields.ForceConflicts
	install.ForceReplace = fields.ForceReplace
	install.ServerSideApply = serverSide
	install.Labels = fields.Labels
	install.Replace = replace
	install.DisableOpenAPIValidation = fields.DisableOpenAPIValidation
	install.SkipSchemaValidation = fields.SkipSchemaValidation
	install.PostRenderer = postRenderer(ctx, fields.PostRenderer)

	// The waits are cancelled, not the action: given a cancelled context, Helm would return while
	// its own goroutine still changes the release.
	result, err := failure.Contained(func() (release.Releaser, error) {
		return install.RunWithContext(context.WithoutCancel(ctx), loaded.Chart, values)
	})
	return s.finish(ctx, cfg, client.TypedRelease(result), loaded.Digest, err)
}

// finish answers for an action that has made a revision of a release, or has failed to.
func (s *Service) finish(
	ctx context.Context, cfg *action.Configuration, rel *releasev1.Release, digest string, err error,
) (*wire.ReleaseResponse, error) {
	client.FailUnfinished(ctx, cfg, err, rel, s.logger)
	if rel != nil {
		s.digests.set(rel.Namespace, rel.Name, rel.Version, digest)
	}
	if err != nil {
		return nil, s.actionError(ctx, err, failure.Action{Release: rel, Config: cfg})
	}
	return &wire.ReleaseResponse{Release: s.toRelease(rel)}, nil
}
