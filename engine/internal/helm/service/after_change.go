package service

import (
	"context"

	"seatrial/engine/internal/helm/wire"
)

// afterChange delays the answer of a verb until its change is in effect for the requests that
// follow.
func afterChange[Request any, Response interface{ Changed() *wire.Release }](
	s *Service, verb func(context.Context, Request) (Response, error),
) func(context.Context, Request) (Response, error) {
	return func(ctx context.Context, request Request) (Response, error) {
		response, err := verb(ctx, request)
		if err != nil || s.config.AfterChange == nil {
			return response, err
		}
		manifest := ""
		if rel := response.Changed(); rel != nil {
			manifest = rel.Manifest
		}
		return response, s.config.AfterChange(ctx, manifest)
	}
}
