package service

import (
	"context"
	"slices"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/kube"
	release "helm.sh/helm/v4/pkg/release/v1"

	"seatrial/engine/internal/helm/client"
	"seatrial/engine/internal/helm/failure"
	"seatrial/engine/internal/helm/isolate"
	"seatrial/engine/internal/helm/wire"
)

func (s *Service) templateJob(ctx context.Context, request wire.TemplateRequest) (*isolate.Job, error) {
	if request.DryRun == "server" {
		return nil, nil
	}
	if err := s.updateFirst(ctx, &request.ChartFields, request.DependencyUpdate); err != nil {
		return nil, err
	}
	return &isolate.Job{Budget: isolate.RenderTimeout(request.RenderTimeout), Preview: &isolate.PreviewRequest{
		ChartFields: request.ChartFields, ReleaseName: request.ReleaseName, IsUpgrade: request.IsUpgrade,
		KubeVersion: request.KubeVersion, APIVersions: request.APIVersions,
	}}, nil
}

func (s *Service) template(ctx context.Context, request wire.TemplateRequest) (*wire.TemplateResponse, error) {
	install, err := s.templateAction(ctx, &request)
	if err != nil {
		return nil, err
	}
	if request.DryRun == "server" {
		err := s.updateAndPreview(ctx, &request.ChartFields, request.DependencyUpdate, func(preview *isolate.PreviewRequest) {
			preview.ReleaseName, preview.IsUpgrade = request.ReleaseName, request.IsUpgrade
		})
		if err != nil {
			return nil, err
		}
	}
	values, loaded, err := s.prepare(ctx, &request.ChartFields, request.DependencyUpdate)
	if err != nil {
		return nil, err
	}
	isolate.Announce(ctx, isolate.EventRender)
	result, err := install.RunWithContext(ctx, loaded.Chart, values)
	rel := client.TypedRelease(result)
	if err != nil {
		return nil, s.actionError(ctx, err, failure.Action{Fallback: wire.CodeTemplate, Release: rel})
	}
	if refusal := isolate.CheckManifestSize(textsOf(rel)); refusal != nil {
		return nil, refusal
	}
	hooks := rel.Hooks
	if request.NoHooks {
		hooks = nil
	} else if request.SkipTests {
		hooks = slices.DeleteFunc(slices.Clone(hooks), isTest)
	}
	manifest := rel.Manifest
	if len(request.ShowOnly) > 0 {
		if manifest, hooks, err = showOnly(request.ShowOnly, manifest, hooks); err != nil {
			return nil, err
		}
	}
	response := &wire.TemplateResponse{
		Manifest: manifest,
		Notes:    rel.Info.Notes,
		Hooks:    toHooks(hooks),
		CRDs:     []wire.CRDFile{},
		Chart: wire.ChartInfo{
			Name:       rel.Chart.Metadata.Name,
			Version:    rel.Chart.Metadata.Version,
			AppVersion: rel.Chart.Metadata.AppVersion,
			Digest:     loaded.Digest,
		},
	}
	for _, crd := range rel.Chart.CRDObjects() {
		response.CRDs = append(response.CRDs, wire.CRDFile{File: crd.Filename, Manifest: string(crd.File.Data)})
	}
	return response, nil
}

func textsOf(rel *release.Release) map[string]string {
	name := rel.Chart.Name()
	texts := map[string]string{name + "/templates": rel.Manifest, name + "/templates/NOTES.txt": rel.Info.Notes}
	for _, hook := range rel.Hooks {
		texts[hook.Path] += hook.Manifest
	}
	return texts
}

// templateAction returns an install that stops before it changes anything. With dryRun "client" it needs no API server.
func (s *Service) templateAction(ctx context.Context, request *wire.TemplateRequest) (*action.Install, error) {
	request.Namespace = wire.NamespaceOr(request.Namespace)
	if request.ReleaseName == "" {
		request.ReleaseName = "release-name"
	}
	if err := wire.CheckReleaseName(request.ReleaseName); err != nil {
		return nil, err
	}
	var strategy action.DryRunStrategy
	cfg := action.NewConfiguration(action.ConfigurationSetLogger(client.DebugOnly(s.logger)))
	switch request.DryRun {
	case "", "client":
		strategy = action.DryRunClient
	case "server":
		strategy = action.DryRunServer
		var err error
		if cfg, err = s.configuration(ctx, request.Namespace); err != nil {
			return nil, err
		}
	default:
		return nil, wire.RequestError(`dryRun must be "client" or "server", not %q`, request.DryRun)
	}
	install := action.NewInstall(cfg)
	install.DryRunStrategy = strategy
	install.ReleaseName = request.ReleaseName
	install.Namespace = request.Namespace
	install.Replace = true
	install.IncludeCRDs = request.IncludeCRDs
	install.IsUpgrade = request.IsUpgrade
	install.DisableHooks = request.NoHooks
	install.SkipSchemaValidation = request.SkipSchemaValidation
	install.WaitStrategy = kube.HookOnlyStrategy
	install.APIVersions = common.VersionSet(request.APIVersions)
	kubeVersion, err := wire.ParseKubeVersion(request.KubeVersion)
	install.KubeVersion = kubeVersion
	return install, err
}

func isTest(hook *release.Hook) bool { return slices.Contains(hook.Events, release.HookTest) }
