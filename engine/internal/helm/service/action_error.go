package service

import (
	"context"
	"errors"

	"seatrial/engine/internal/helm/client"
	"seatrial/engine/internal/helm/failure"
	"seatrial/engine/internal/helm/wire"
)

// actionError turns an error of one of Helm's actions into the structured error.
func (s *Service) actionError(ctx context.Context, err error, failed failure.Action) *wire.Error {
	if panicked, ok := errors.AsType[*failure.PanicError](err); ok {
		s.logger.Error("panic in an engine request", "cause", panicked.Cause, "stack", string(panicked.Stack))
	}
	result := failure.OfAction(ctx, err, failed, s.cluster.Mapper())
	if failed.IsStored() {
		result.Release = s.toRelease(failed.Release)
	}
	return result
}

// explain turns the message of a Helm program that has ended into the structured error of an action.
// A release that the program has left locked is marked as failed.
func (s *Service) explain(ctx context.Context, request wire.ExplainRequest) (*wire.ExplainResponse, error) {
	if err := wire.CheckReleaseName(request.ReleaseName); err != nil {
		return nil, err
	}
	failed := failure.Action{}
	if cfg, err := s.configuration(ctx, wire.NamespaceOr(request.Namespace)); err == nil {
		failed.Config, failed.Release = cfg, client.LastRevision(cfg, request.ReleaseName)
	}
	explained := failure.OfMessage(ctx, request.Message, failed, s.cluster.Mapper())
	// A release of that name belongs to somebody else, and so does a revision that did not fail.
	if explained.Code == wire.CodeReleaseExists || !client.IsUnfinished(failed.Release) {
		return &wire.ExplainResponse{Error: explained}, nil
	}
	client.FailRevision(failed.Config, failed.Release, request.Message, s.logger)
	explained.Release = s.toRelease(failed.Release)
	return &wire.ExplainResponse{Error: explained}, nil
}
