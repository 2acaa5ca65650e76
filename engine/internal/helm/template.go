package helm

import (
	"context"
	"slices"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/kube"
	release "helm.sh/helm/v4/pkg/release/v1"

	"seatrial/engine/internal/helm/worker"
)

type templateRequest struct {
	chartFields
	ReleaseName      string   `json:"releaseName"`
	DependencyUpdate bool     `json:"dependencyUpdate"`
	KubeVersion      string   `json:"kubeVersion"`
	APIVersions      []string `json:"apiVersions"`
	IncludeCRDs      bool     `json:"includeCrds"`
	SkipTests        bool     `json:"skipTests"`
	NoHooks          bool     `json:"noHooks"`
	IsUpgrade        bool     `json:"isUpgrade"`
	ShowOnly         []string `json:"showOnly"`
	DryRun           string   `json:"dryRun"`
}

type templateResponse struct {
	Manifest string    `json:"manifest"`
	Notes    string    `json:"notes"`
	Hooks    []Hook    `json:"hooks"`
	CRDs     []crdFile `json:"crds"`
	Chart    ChartInfo `json:"chart"`
}

type crdFile struct {
	File     string `json:"file"`
	Manifest string `json:"manifest"`
}

func (r templateRequest) isolate(ctx context.Context, s *Service) (bool, error) {
	if r.DryRun == "server" {
		return false, nil
	}
	return true, s.updateFirst(ctx, &r.chartFields, r.DependencyUpdate)
}

func (r templateRequest) guard() *guarded {
	return &guarded{budget: r.RenderTimeout.renderValue(), preview: &previewRequest{
		chartFields: r.chartFields, ReleaseName: r.ReleaseName, IsUpgrade: r.IsUpgrade, KubeVersion: r.KubeVersion, APIVersions: r.APIVersions,
	}}
}

func (s *Service) template(ctx context.Context, request templateRequest) (*templateResponse, error) {
	install, err := s.templateAction(ctx, &request)
	if err != nil {
		return nil, err
	}
	if request.DryRun == "server" {
		err := s.updateAndPreview(ctx, &request.chartFields, request.DependencyUpdate, func(preview *previewRequest) {
			preview.ReleaseName, preview.IsUpgrade = request.ReleaseName, request.IsUpgrade
		})
		if err != nil {
			return nil, err
		}
	}
	worker.Announce(ctx, eventValues)
	values, err := request.merge()
	if err != nil {
		return nil, err
	}
	worker.Announce(ctx, eventChart)
	loaded, err := s.installable(ctx, request.Chart, request.DependencyUpdate)
	if err != nil {
		return nil, err
	}
	if err := request.checkSchemas(loaded.chart); err != nil {
		return nil, err
	}
	worker.Announce(ctx, eventRender)
	result, err := install.RunWithContext(ctx, loaded.chart, values)
	rel := typedRelease(result)
	if err != nil {
		return nil, s.actionError(ctx, err, failedAction{fallback: CodeTemplate, release: rel})
	}
	if refusal := checkManifestSize(textsOf(rel)); refusal != nil {
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
	response := &templateResponse{
		Manifest: manifest,
		Notes:    rel.Info.Notes,
		Hooks:    toHooks(hooks),
		CRDs:     []crdFile{},
		Chart: ChartInfo{
			Name:       rel.Chart.Metadata.Name,
			Version:    rel.Chart.Metadata.Version,
			AppVersion: rel.Chart.Metadata.AppVersion,
			Digest:     loaded.digest,
		},
	}
	for _, crd := range rel.Chart.CRDObjects() {
		response.CRDs = append(response.CRDs, crdFile{File: crd.Filename, Manifest: string(crd.File.Data)})
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

// templateAction is an install that stops before it changes anything. With
// dryRun "client" it needs no API server.
func (s *Service) templateAction(ctx context.Context, request *templateRequest) (*action.Install, error) {
	request.Namespace = namespaceOr(request.Namespace)
	if request.ReleaseName == "" {
		request.ReleaseName = "release-name"
	}
	if err := checkReleaseName(request.ReleaseName); err != nil {
		return nil, err
	}
	var strategy action.DryRunStrategy
	cfg := action.NewConfiguration(action.ConfigurationSetLogger(debugOnly(s.logger)))
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
		return nil, requestError(`dryRun must be "client" or "server": it is %q`, request.DryRun)
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
	kubeVersion, err := parseKubeVersion(request.KubeVersion)
	install.KubeVersion = kubeVersion
	return install, err
}

// parseKubeVersion returns nil, Helm's default, for an empty version.
func parseKubeVersion(version string) (*common.KubeVersion, error) {
	if version == "" {
		return nil, nil
	}
	parsed, err := common.ParseKubeVersion(version)
	if err != nil {
		return nil, requestError("kubeVersion %q is not a version: %v", version, err)
	}
	return parsed, nil
}

func isTest(hook *release.Hook) bool { return slices.Contains(hook.Events, release.HookTest) }
