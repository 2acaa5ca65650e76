package helm

import "context"

// changeResponse is the answer of a verb that changes a release.
type changeResponse interface{ changed() *Release }

func (r *releaseResponse) changed() *Release   { return r.Release }
func (r *uninstallResponse) changed() *Release { return r.Release }

// inForce lets a verb answer when what it changed has an effect on the requests that come next.
func inForce[Request any, Response changeResponse](
	s *Service, verb func(context.Context, Request) (Response, error),
) func(context.Context, Request) (Response, error) {
	return func(ctx context.Context, request Request) (Response, error) {
		response, err := verb(ctx, request)
		if err != nil || s.config.AfterChange == nil {
			return response, err
		}
		manifest := ""
		if rel := response.changed(); rel != nil {
			manifest = rel.Manifest
		}
		return response, s.config.AfterChange(ctx, manifest)
	}
}
