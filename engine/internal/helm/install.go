package helm

import (
	"context"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/release"
)

type installRequest struct {
	deployFields
	Replace bool `json:"replace"`
}

type releaseResponse struct {
	Release *Release `json:"release"`
}

func (s *Service) install(ctx context.Context, request installRequest) (*releaseResponse, error) {
	if err := request.check(); err != nil {
		return nil, err
	}
	return s.runInstall(ctx, &request.deployFields, request.Replace)
}

func (s *Service) runInstall(ctx context.Context, fields *deployFields, replace bool) (*releaseResponse, error) {
	serverSide := fields.ServerSide.mode != "false"
	if fields.ForceReplace && serverSide {
		return nil, requestError("forceReplace cannot be used with server-side apply: set serverSide to false")
	}
	preview := func(preview *previewRequest) { preview.ReleaseName = fields.ReleaseName }
	if err := s.updateAndPreview(ctx, &fields.chartFields, fields.DependencyUpdate, preview); err != nil {
		return nil, err
	}
	values, err := fields.merge()
	if err != nil {
		return nil, err
	}
	loaded, err := s.installable(ctx, fields.Chart, fields.DependencyUpdate)
	if err != nil {
		return nil, err
	}
	if err := fields.checkSchemas(loaded.chart); err != nil {
		return nil, err
	}
	namespace := namespaceOr(fields.Namespace)
	ctx, end := s.operations.begin(ctx, namespace, fields.ReleaseName)
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
	install.WaitStrategy = fields.Wait.value()
	install.WaitOptions = waitOptions()
	install.WaitForJobs = fields.WaitForJobs
	install.Timeout = fields.Timeout.value()
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

	// Cancellation travels through the waits. Given to Helm as a whole it would
	// return while its own goroutine still changes the release.
	result, err := contained(func() (release.Releaser, error) {
		return install.RunWithContext(context.WithoutCancel(ctx), loaded.chart, values)
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
