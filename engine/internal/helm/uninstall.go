package helm

import (
	"context"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/release"
)

type uninstallRequest struct {
	releaseFields
	Wait           waitField    `json:"wait"`
	Timeout        timeoutField `json:"timeout"`
	KeepHistory    bool         `json:"keepHistory"`
	NoHooks        bool         `json:"noHooks"`
	IgnoreNotFound bool         `json:"ignoreNotFound"`
	Cascade        string       `json:"cascade"`
}

type uninstallResponse struct {
	Release *Release `json:"release,omitempty"`
	// Info lists what was kept, in Helm's words.
	Info string `json:"info"`
}

func (s *Service) uninstall(ctx context.Context, request uninstallRequest) (*uninstallResponse, error) {
	if err := checkReleaseName(request.ReleaseName); err != nil {
		return nil, err
	}
	switch request.Cascade {
	case "", "background", "foreground", "orphan":
	default:
		return nil, requestError(`cascade must be "background", "foreground" or "orphan": it is %q`, request.Cascade)
	}
	namespace := namespaceOr(request.Namespace)
	ctx, end := s.operations.begin(ctx, namespace, request.ReleaseName)
	defer end()
	cfg, err := s.configuration(ctx, namespace)
	if err != nil {
		return nil, err
	}
	uninstall := action.NewUninstall(cfg)
	uninstall.WaitStrategy = request.Wait.value()
	uninstall.WaitOptions = waitOptions()
	uninstall.Timeout = request.Timeout.value()
	uninstall.KeepHistory = request.KeepHistory
	uninstall.DisableHooks = request.NoHooks
	uninstall.IgnoreNotFound = request.IgnoreNotFound
	uninstall.DeletionPropagation = request.Cascade

	result, err := contained(func() (*release.UninstallReleaseResponse, error) { return uninstall.Run(request.ReleaseName) })
	s.settle(ctx, cfg, err, nil)
	response := &uninstallResponse{}
	failed := failedAction{config: cfg}
	if result != nil {
		failed.release = typedRelease(result.Release)
		response.Release = s.toRelease(failed.release)
		response.Info = result.Info
	}
	if err != nil {
		return nil, s.actionError(ctx, err, failed)
	}
	return response, nil
}
