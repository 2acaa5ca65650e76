package service

import (
	"context"
	"net/http"
	"slices"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/kube"
	release "helm.sh/helm/v4/pkg/release/v1"

	"seatrial/engine/internal/helm/chart"
	"seatrial/engine/internal/helm/client"
	"seatrial/engine/internal/helm/failure"
	"seatrial/engine/internal/helm/isolate"
	"seatrial/engine/internal/helm/overlooked"
	"seatrial/engine/internal/helm/reads"
	"seatrial/engine/internal/helm/varying"
	"seatrial/engine/internal/helm/wire"
	"seatrial/engine/internal/jsonhttp"
)

// serveTemplate lets a worker render the chart, except with dryRun "server", where Helm sends its
// objects from here.
func (s *Service) serveTemplate(w http.ResponseWriter, r *http.Request) {
	var request wire.TemplateRequest
	if _, err := jsonhttp.Read(w, r, &request); err != nil {
		jsonhttp.WriteError(w, err)
		return
	}
	if s.workers == nil || (request.DryRun == "server" && !request.ForRelease && !request.Helm.IsThree()) {
		jsonhttp.Respond(w, r, request, s.template)
		return
	}
	response, err := s.templateInWorker(r.Context(), request)
	if err != nil {
		jsonhttp.WriteError(w, err)
		return
	}
	jsonhttp.WriteBody(w, response.Status, response.Body)
}

func (s *Service) templateInWorker(ctx context.Context, request wire.TemplateRequest) (*isolate.Response, error) {
	if err := s.updateFirst(ctx, &request.ChartFields, request.DependencyUpdate); err != nil {
		return nil, err
	}
	completed, err := s.completeTemplate(ctx, request)
	if err != nil {
		return nil, err
	}
	work, job, err := completed.job()
	if err != nil {
		return nil, err
	}
	response, err := s.workers.Do(ctx, work, job)
	if err == nil && response.Digest != "" {
		s.rendered.Add(response.Digest, nil)
	}
	return response, err
}

// template renders in this process.
func (s *Service) template(ctx context.Context, request wire.TemplateRequest) (*wire.TemplateResponse, error) {
	completed, err := s.completeTemplate(ctx, request)
	if err != nil {
		return nil, err
	}
	if completed.DryRun == "server" && !request.Helm.IsThree() {
		err := s.updateAndPreview(ctx, &request.ChartFields, request.DependencyUpdate, "", func(preview *isolate.PreviewRequest) {
			preview.ReleaseName, preview.IsUpgrade = completed.ReleaseName, request.IsUpgrade
		})
		if err != nil {
			return nil, err
		}
	}
	return s.render(ctx, completed)
}

// rendered is a chart that one of the Helms has rendered.
type rendered struct {
	release     *release.Release
	digest      string
	crds        []wire.CRDFile
	looksBeyond bool
	varies      bool
	warnings    []wire.Warning
	inputs      *wire.Inputs
}

func (s *Service) render(ctx context.Context, request *rendering) (*wire.TemplateResponse, error) {
	render := s.renderByHelm4
	if request.Helm.IsThree() {
		render = s.renderByHelm3
	}
	s.logged.Reset()
	result, err := render(ctx, request)
	if err != nil {
		return nil, err
	}
	rel := result.release
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
		CRDs:     result.crds,
		Chart: wire.ChartInfo{
			Name:       rel.Chart.Metadata.Name,
			Version:    rel.Chart.Metadata.Version,
			AppVersion: rel.Chart.Metadata.AppVersion,
			Digest:     result.digest,
		},
		LooksBeyond: result.looksBeyond,
		Varies:      result.varies,
		Warnings:    result.warnings,
		Inputs:      result.inputs,
	}
	if request.WithValues {
		if response.Values, err = util.CoalesceValues(rel.Chart, rel.Config); err != nil {
			return nil, err
		}
	}
	// The digest is that of the chart with its own version.
	if request.ForRelease && request.ChartVersion+request.AppVersion == "" {
		if response.RenderDigest, err = request.preview().Digest(result.digest); err != nil {
			return nil, err
		}
	}
	return response, nil
}

func (s *Service) renderByHelm4(ctx context.Context, request *rendering) (*rendered, error) {
	install, cfg, err := s.templateAction(ctx, request)
	if err != nil {
		return nil, err
	}
	functions := varying.New(request.QuickKeys)
	cfg.CustomTemplateFuncs = functions.Map
	values, loaded, err := s.prepare(ctx, &request.ChartFields, request.DependencyUpdate)
	if err != nil {
		return nil, err
	}
	renumber(loaded, &request.TemplateRequest)
	isolate.Announce(ctx, isolate.EventRender)
	if request.Previous != nil {
		values = util.CoalesceTables(values, request.Previous)
	}
	var inputs *wire.Inputs
	var conditions []wire.Warning
	if parsed, ok := loaded.Chart.(*chartv2.Chart); ok {
		conditions = overlooked.Conditions(parsed, values)
		if request.WithInputs {
			if inputs, err = reads.InputsOf(parsed, values); err != nil {
				return nil, err
			}
		}
	}
	released, err := install.RunWithContext(ctx, loaded.Chart, values)
	rel := client.TypedRelease(released)
	if err != nil {
		return nil, loaded.Incomplete(s.actionError(ctx, err, failure.Action{Fallback: wire.CodeTemplate, Release: rel}))
	}
	if refusal := isolate.CheckManifestSize(textsOf(rel)); refusal != nil {
		return nil, refusal
	}
	result := &rendered{
		release: rel, digest: loaded.Digest, crds: []wire.CRDFile{}, looksBeyond: looksBeyond(rel.Chart),
		varies:   functions.Called(),
		warnings: append(append(loaded.Warnings(rel.Chart, request.SkipSchemaValidation), conditions...), s.logged.Warnings(rel.Chart.Name())...),
		inputs:   inputs,
	}
	again := overlooked.RendererOf(ctx, install, cfg, rel, values)
	if !install.DisableHooks {
		result.warnings = append(result.warnings, overlooked.SkippedHooks(rel.Chart, values, again)...)
	}
	for _, crd := range rel.Chart.CRDObjects() {
		result.crds = append(result.crds, wire.CRDFile{File: crd.Filename, Manifest: string(crd.File.Data)})
	}
	// Last, because it changes the templates. A link that was not followed has a warning of its own.
	if !loaded.HasUnreadLinks() {
		result.warnings = append(result.warnings, overlooked.MissingFiles(rel.Chart, again)...)
	}
	return result, nil
}

// renumber gives the request's copy of the chart another version.
func renumber(loaded *chart.Loaded, request *wire.TemplateRequest) {
	parsed, ok := loaded.Chart.(*chartv2.Chart)
	if !ok || parsed.Metadata == nil {
		return
	}
	if request.ChartVersion != "" {
		parsed.Metadata.Version = request.ChartVersion
	}
	if request.AppVersion != "" {
		parsed.Metadata.AppVersion = request.AppVersion
	}
}

func textsOf(rel *release.Release) map[string]string {
	name := rel.Chart.Name()
	texts := map[string]string{name + "/templates": rel.Manifest, name + "/templates/NOTES.txt": rel.Info.Notes}
	for _, hook := range rel.Hooks {
		texts[hook.Path] += hook.Manifest
	}
	return texts
}

// templateAction returns an install that stops before it changes anything. With dryRun "client" it
// needs no API server.
func (s *Service) templateAction(
	ctx context.Context, request *rendering,
) (*action.Install, *action.Configuration, error) {
	strategy, cfg, err := s.templateConfiguration(ctx, request)
	if err != nil {
		return nil, nil, err
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
	install.PostRenderer = postRenderer(ctx, request.PostRenderer)
	install.WaitStrategy = kube.HookOnlyStrategy
	install.APIVersions = common.VersionSet(request.APIVersions)
	kubeVersion, err := wire.ParseKubeVersion(request.KubeVersion)
	install.KubeVersion = kubeVersion
	return install, cfg, err
}

func (s *Service) templateConfiguration(
	ctx context.Context, request *rendering,
) (action.DryRunStrategy, *action.Configuration, error) {
	if request.ForRelease {
		cfg, err := s.releaseConfiguration(request)
		return action.DryRunServer, cfg, err
	}
	switch request.DryRun {
	case "", "client":
		cfg := action.NewConfiguration(action.ConfigurationSetLogger(client.DebugOnly(s.logger)))
		return action.DryRunClient, cfg, nil
	case "server":
		cfg, err := s.configuration(ctx, request.Namespace)
		return action.DryRunServer, cfg, err
	}
	return "", nil, wire.RequestError(`dryRun must be "client" or "server", not %q`, request.DryRun)
}

func isTest(hook *release.Hook) bool { return slices.Contains(hook.Events, release.HookTest) }
