package service

import (
	"context"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/release"

	"seatrial/engine/internal/helm/client"
	"seatrial/engine/internal/helm/failure"
	"seatrial/engine/internal/helm/wire"
)

func (s *Service) uninstall(ctx context.Context, request wire.UninstallRequest) (*wire.UninstallResponse, error) {
	if err := wire.CheckReleaseName(request.ReleaseName); err != nil {
		return nil, err
	}
	switch request.Cascade {
	case "", "background", "foreground", "orphan":
	default:
		return nil, wire.RequestError(`cascade must be "background", "foreground" or "orphan", not %q`, request.Cascade)
	}
	namespace := wire.NamespaceOr(request.Namespace)
	ctx, end := s.operations.Begin(ctx, namespace, request.ReleaseName)
	defer end()
	cfg, err := s.configuration(ctx, namespace)
	if err != nil {
		return nil, err
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
	client.FailUnfinished(ctx, cfg, err, nil, s.logger)
	response := &wire.UninstallResponse{}
	failed := failure.Action{Config: cfg}
	if result != nil {
		failed.Release = client.TypedRelease(result.Release)
		response.Release = s.toRelease(failed.Release)
		response.Info = result.Info
	}
	if err != nil {
		return nil, s.actionError(ctx, err, failed)
	}
	return response, nil
}
