package service

import (
	"context"

	"helm.sh/helm/v4/pkg/action"

	"seatrial/engine/internal/helm/client"
	"seatrial/engine/internal/helm/failure"
	"seatrial/engine/internal/helm/helm3"
	"seatrial/engine/internal/helm/wire"
)

func (s *Service) rollback(ctx context.Context, request wire.RollbackRequest) (*wire.ReleaseResponse, error) {
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
	maxHistory := s.maxHistory(request.MaxHistory)
	before := client.LastRevision(cfg, request.ReleaseName)
	if request.Helm.IsThree() {
		err = helm3.Rollback(ctx, s.targetOf(cfg, namespace), &request, maxHistory)
	} else {
		_, err = failure.Contained(func() (struct{}, error) {
			return struct{}{}, rollbackOf(cfg, &request, maxHistory).Run(request.ReleaseName)
		})
	}
	client.FailUnfinished(ctx, cfg, err, nil, s.logger)
	after := client.LastRevision(cfg, request.ReleaseName)
	if before != nil && after != nil && after.Version != before.Version {
		target := request.Revision
		if target == 0 {
			target = before.Version - 1
		}
		s.digests.set(namespace, after.Name, after.Version, s.digests.get(namespace, after.Name, target))
	} else if err != nil {
		after = nil
	}
	if err != nil {
		return nil, s.actionError(ctx, err, failure.Action{Release: after, Config: cfg})
	}
	return &wire.ReleaseResponse{Release: s.toRelease(after)}, nil
}

func rollbackOf(cfg *action.Configuration, request *wire.RollbackRequest, maxHistory int) *action.Rollback {
	rollback := action.NewRollback(cfg)
	rollback.Version = request.Revision
	rollback.WaitStrategy = request.Wait.Value()
	rollback.WaitOptions = client.WaitOptions()
	rollback.WaitForJobs = request.WaitForJobs
	rollback.Timeout = request.Timeout.Value()
	rollback.DisableHooks = request.NoHooks
	rollback.CleanupOnFail = request.CleanupOnFail
	rollback.ForceConflicts = request.ForceConflicts
	rollback.ForceReplace = request.ForceReplace
	rollback.ServerSideApply = request.ServerSide.Value()
	rollback.MaxHistory = maxHistory
	return rollback
}
