package service

import (
	"cmp"
	"context"
	"slices"

	"helm.sh/helm/v4/pkg/action"
	release "helm.sh/helm/v4/pkg/release/v1"

	"seatrial/engine/internal/helm/client"
	"seatrial/engine/internal/helm/failure"
	"seatrial/engine/internal/helm/wire"
)

// As many as "helm history" shows.
const defaultHistoryMax = 256

func (s *Service) status(ctx context.Context, request wire.StatusRequest) (*wire.ReleaseResponse, error) {
	rel, err := s.stored(ctx, request)
	if err != nil {
		return nil, err
	}
	return &wire.ReleaseResponse{Release: s.toRelease(rel)}, nil
}

// stored reads a revision from Helm's storage.
func (s *Service) stored(ctx context.Context, request wire.StatusRequest) (*release.Release, error) {
	if err := wire.CheckReleaseName(request.ReleaseName); err != nil {
		return nil, err
	}
	cfg, err := s.configuration(ctx, wire.NamespaceOr(request.Namespace))
	if err != nil {
		return nil, err
	}
	get := action.NewGet(cfg)
	get.Version = request.Revision
	result, err := get.Run(request.ReleaseName)
	if err != nil {
		return nil, s.actionError(ctx, err, failure.Action{})
	}
	return client.TypedRelease(result), nil
}

// history lists the newest revisions, oldest first.
func (s *Service) history(ctx context.Context, request wire.HistoryRequest) (*wire.HistoryResponse, error) {
	if err := wire.CheckReleaseName(request.ReleaseName); err != nil {
		return nil, err
	}
	if request.Max < 0 {
		return nil, wire.RequestError("max must not be negative, not %d", request.Max)
	}
	cfg, err := s.configuration(ctx, wire.NamespaceOr(request.Namespace))
	if err != nil {
		return nil, err
	}
	revisions, err := action.NewHistory(cfg).Run(request.ReleaseName)
	if err != nil {
		return nil, s.actionError(ctx, err, failure.Action{})
	}
	response := &wire.HistoryResponse{Releases: make([]*wire.Release, 0, len(revisions))}
	for _, revision := range revisions {
		response.Releases = append(response.Releases, s.toRelease(client.TypedRelease(revision)))
	}
	slices.SortFunc(response.Releases, func(a, b *wire.Release) int { return cmp.Compare(a.Revision, b.Revision) })
	if newest := cmp.Or(request.Max, defaultHistoryMax); len(response.Releases) > newest {
		response.Releases = response.Releases[len(response.Releases)-newest:]
	}
	return response, nil
}
