package helm

import (
	"context"

	"helm.sh/helm/v4/pkg/action"
	release "helm.sh/helm/v4/pkg/release/v1"
)

type rollbackRequest struct {
	releaseFields
	// Revision to return to; 0 is the one before the current.
	Revision       int             `json:"revision"`
	Wait           waitField       `json:"wait"`
	WaitForJobs    bool            `json:"waitForJobs"`
	Timeout        timeoutField    `json:"timeout"`
	NoHooks        bool            `json:"noHooks"`
	CleanupOnFail  bool            `json:"cleanupOnFail"`
	ForceConflicts bool            `json:"forceConflicts"`
	ForceReplace   bool            `json:"forceReplace"`
	ServerSide     serverSideField `json:"serverSide"`
	MaxHistory     *int            `json:"maxHistory"`
}

func (s *Service) rollback(ctx context.Context, request rollbackRequest) (*releaseResponse, error) {
	if err := checkReleaseName(request.ReleaseName); err != nil {
		return nil, err
	}
	if request.Revision < 0 {
		return nil, requestError("revision must not be negative: it is %d", request.Revision)
	}
	namespace := namespaceOr(request.Namespace)
	ctx, end := s.operations.begin(ctx, namespace, request.ReleaseName)
	defer end()
	cfg, err := s.configuration(ctx, namespace)
	if err != nil {
		return nil, err
	}
	rollback := action.NewRollback(cfg)
	rollback.Version = request.Revision
	rollback.WaitStrategy = request.Wait.value()
	rollback.WaitOptions = waitOptions()
	rollback.WaitForJobs = request.WaitForJobs
	rollback.Timeout = request.Timeout.value()
	rollback.DisableHooks = request.NoHooks
	rollback.CleanupOnFail = request.CleanupOnFail
	rollback.ForceConflicts = request.ForceConflicts
	rollback.ForceReplace = request.ForceReplace
	rollback.ServerSideApply = request.ServerSide.value()
	rollback.MaxHistory = s.maxHistory(request.MaxHistory)

	before := lastRevision(cfg, request.ReleaseName)
	_, err = contained(func() (struct{}, error) { return struct{}{}, rollback.Run(request.ReleaseName) })
	s.settle(ctx, cfg, err, nil)
	after := lastRevision(cfg, request.ReleaseName)
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
		return nil, s.actionError(ctx, err, failedAction{release: after, config: cfg})
	}
	return &releaseResponse{Release: s.toRelease(after)}, nil
}

// lastRevision returns nil when there is no such release.
func lastRevision(cfg *action.Configuration, name string) *release.Release {
	last, err := cfg.Releases.Last(name)
	if err != nil {
		return nil
	}
	return typedRelease(last)
}
