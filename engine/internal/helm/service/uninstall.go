package service

import (
	"context"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/release"
	releasev1 "helm.sh/helm/v4/pkg/release/v1"

	"seatrial/engine/internal/helm/client"
	"seatrial/engine/internal/helm/failure"
	"seatrial/engine/internal/helm/wire"
)

func (s *Service) uninstall(ctx context.Context, request wire.UninstallRequest) (*wire.UninstallResponse, error) {
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
	if request.Helm.IsThree() {
		return s.uninstallByHelm3(ctx, cfg, &request)
	}
	uninstall := action.NewUninstall(cfg)
	uninstall.WaitStrategy = request.Wait.Value()
	uninstall.WaitOptions = client.WaitOptions()
	uninstall.Timeout = request.Timeout.Value()
	uninstall.KeepHistory = request.KeepHistory
	uninstall.DisableHooks = request.NoHooks
	uninstall.IgnoreNotFound = request.IgnoreNotFound
	uninstall.DeletionPropagation = request.Cascade

	result, err := failure.Contained(func() (*release.UninstallReleaseResponse, error) { return uninstall.Run(request.ReleaseName) })
	if result == nil {
		return s.finishUninstall(ctx, cfg, nil, "", err)
	}
	return s.finishUninstall(ctx, cfg, client.TypedRelease(result.Release), result.Info, err)
}

func (s *Service) finishUninstall(
	ctx context.Context, cfg *action.Configuration, rel *releasev1.Release, info string, err error,
) (*wire.UninstallResponse, error) {
	client.FailUnfinished(ctx, cfg, err, nil, s.logger)
	if err != nil {
		return nil, s.actionError(ctx, err, failure.Action{Release: rel, Config: cfg})
	}
	return &wire.UninstallResponse{Release: s.toRelease(rel), Info: info}, nil
}
