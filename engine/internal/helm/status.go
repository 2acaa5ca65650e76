package helm

import (
	"cmp"
	"context"
	"slices"

	"helm.sh/helm/v4/pkg/action"
	release "helm.sh/helm/v4/pkg/release/v1"
)

// As many as "helm history" shows.
const defaultHistoryMax = 256

type statusRequest struct {
	releaseFields
	// Revision 0 is the last one.
	Revision int `json:"revision"`
}

type historyRequest struct {
	releaseFields
	Max int `json:"max"`
}

type historyResponse struct {
	Releases []*Release `json:"releases"`
}

func (s *Service) status(ctx context.Context, request statusRequest) (*releaseResponse, error) {
	rel, err := s.stored(ctx, request)
	if err != nil {
		return nil, err
	}
	return &releaseResponse{Release: s.toRelease(rel)}, nil
}

// stored reads a revision from Helm's storage.
func (s *Service) stored(ctx context.Context, request statusRequest) (*release.Release, error) {
	if err := checkReleaseName(request.ReleaseName); err != nil {
		return nil, err
	}
	cfg, err := s.configuration(ctx, namespaceOr(request.Namespace))
	if err != nil {
		return nil, err
	}
	get := action.NewGet(cfg)
	get.Version = request.Revision
	result, err := get.Run(request.ReleaseName)
	if err != nil {
		return nil, s.actionError(ctx, err, failedAction{})
	}
	return typedRelease(result), nil
}

// history lists the newest revisions, oldest first.
func (s *Service) history(ctx context.Context, request historyRequest) (*historyResponse, error) {
	if err := checkReleaseName(request.ReleaseName); err != nil {
		return nil, err
	}
	if request.Max < 0 {
		return nil, requestError("max must not be negative: it is %d", request.Max)
	}
	cfg, err := s.configuration(ctx, namespaceOr(request.Namespace))
	if err != nil {
		return nil, err
	}
	revisions, err := action.NewHistory(cfg).Run(request.ReleaseName)
	if err != nil {
		return nil, s.actionError(ctx, err, failedAction{})
	}
	response := &historyResponse{Releases: make([]*Release, 0, len(revisions))}
	for _, revision := range revisions {
		response.Releases = append(response.Releases, s.toRelease(typedRelease(revision)))
	}
	slices.SortFunc(response.Releases, func(a, b *Release) int { return cmp.Compare(a.Revision, b.Revision) })
	if newest := cmp.Or(request.Max, defaultHistoryMax); len(response.Releases) > newest {
		response.Releases = response.Releases[len(response.Releases)-newest:]
	}
	return response, nil
}
