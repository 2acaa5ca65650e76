package service

import (
	"context"
	"errors"

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
