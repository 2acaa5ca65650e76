package service

import (
	"context"
	"slices"
	"time"

	"helm.sh/helm/v4/pkg/action"

	"seatrial/engine/internal/helm/chart"
	"seatrial/engine/internal/helm/failure"
	"seatrial/engine/internal/helm/helm3"
	"seatrial/engine/internal/helm/isolate"
	"seatrial/engine/internal/helm/overlooked"
	"seatrial/engine/internal/helm/wire"
)

func (s *Service) targetOf(cfg *action.Configuration, namespace string) helm3.Target {
	return helm3.Target{Configuration: cfg, Namespace: namespace, Logger: s.logger}
}

// mergeValues merges the values as the request's Helm does.
func mergeValues(fields *wire.ChartFields) (map[string]any, error) {
	if fields.Helm.IsThree() {
		return helm3.MergeValues(&fields.ValueFields)
	}
	return chart.MergeValues(&fields.ValueFields)
}

// prepareForHelm3 is prepare for Helm 3.
func (s *Service) prepareForHelm3(
	ctx context.Context, fields *wire.ChartFields, dependencyUpdate bool,
) (map[string]any, *helm3.Loaded, error) {
	isolate.Announce(ctx, isolate.EventValues)
	values, err := mergeValues(fields)
	if err != nil {
		return nil, nil, err
	}
	isolate.Announce(ctx, isolate.EventChart)
	loaded, err := helm3.Installable(ctx, s.charts, fields.Chart, dependencyUpdate)
	if err != nil {
		return nil, nil, err
	}
	return values, loaded, nil
}

func (s *Service) renderByHelm3(ctx context.Context, request *rendering) (*rendered, error) {
	values, loaded, err := s.prepareForHelm3(ctx, &request.ChartFields, request.DependencyUpdate)
	if err != nil {
		return nil, err
	}
	loaded.Renumber(request.ChartVersion, request.AppVersion)
	isolate.Announce(ctx, isolate.EventRender)
	how := &helm3.Rendering{TemplateRequest: &request.TemplateRequest, Previous: request.Previous}
	if request.ForRelease && request.Lookup {
		how.Cluster = s.cluster.Getter(request.Namespace, request.As)
	}
	output, err := helm3.Render(ctx, loaded, values, how)
	if err != nil {
		failed := failure.Action{Fallback: wire.CodeTemplate}
		if output != nil {
			failed.Release = output.Release
		}
		return nil, loaded.Incomplete(s.actionError(ctx, err, failed))
	}
	if refusal := isolate.CheckManifestSize(textsOf(output.Release)); refusal != nil {
		return nil, refusal
	}
	result := &rendered{
		release: output.Release, digest: loaded.Digest, crds: output.CRDs,
		warnings:    append(s.fileWarnings(request), s.logged.Warnings(output.Release.Chart.Name())...),
		looksBeyond: slices.ContainsFunc(output.Templates, templateLooksBeyond), varies: true,
	}
	if !request.NoHooks && slices.ContainsFunc(output.Templates, func(text string) bool { return overlooked.HasUnknownEvent([]byte(text)) }) {
		if files, err := output.Output(); err == nil {
			result.warnings = append(result.warnings, overlooked.SkippedHooksIn(files)...)
		}
	}
	return result, nil
}

// fileWarnings are about the files that were not read, whichever Helm parses the others.
func (s *Service) fileWarnings(request *rendering) []wire.Warning {
	loaded, err := s.charts.Load(request.Chart)
	if err != nil {
		return []wire.Warning{}
	}
	return loaded.Warnings(nil, request.SkipSchemaValidation)
}

// previewByHelm3 lets a worker render what an action of Helm 3 is about to render in the engine.
func (s *Service) previewByHelm3(ctx context.Context, fields *wire.DeployFields, isUpgrade bool) error {
	if s.workers == nil {
		return nil
	}
	if err := s.updateFirst(ctx, &fields.ChartFields, fields.DependencyUpdate); err != nil {
		return err
	}
	completed, err := s.completeTemplate(ctx, wire.TemplateRequest{
		ChartFields: fields.ChartFields, ReleaseName: fields.ReleaseName, IsUpgrade: isUpgrade, ForRelease: true,
	})
	if err != nil {
		return err
	}
	if s.isRendered(fields.RenderDigest, completed.preview()) {
		return nil
	}
	work, job, err := completed.job()
	if err != nil {
		return err
	}
	// The action reports everything else that is wrong with the chart.
	_, err = s.workers.Do(ctx, work, job)
	return err
}

func (s *Service) runInstallByHelm3(ctx context.Context, fields *wire.DeployFields, replace bool) (*wire.ReleaseResponse, error) {
	if err := s.previewByHelm3(ctx, fields, false); err != nil {
		return nil, err
	}
	values, loaded, err := s.prepareForHelm3(ctx, &fields.ChartFields, false)
	if err != nil {
		return nil, err
	}
	namespace := wire.NamespaceOr(fields.Namespace)
	ctx, end := s.operations.Begin(ctx, namespace, fields.ReleaseName)
	defer end()
	cfg, err := s.configuration(ctx, namespace)
	if err != nil {
		return nil, err
	}
	rel, err := helm3.Install(ctx, s.targetOf(cfg, namespace), loaded, values, fields, replace)
	return s.finish(ctx, cfg, rel, loaded.Digest, err)
}

func (s *Service) upgradeByHelm3(ctx context.Context, cfg *action.Configuration, request *wire.UpgradeRequest) (*wire.ReleaseResponse, error) {
	if err := s.previewByHelm3(ctx, &request.DeployFields, true); err != nil {
		return nil, err
	}
	values, loaded, err := s.prepareForHelm3(ctx, &request.ChartFields, false)
	if err != nil {
		return nil, err
	}
	target := s.targetOf(cfg, wire.NamespaceOr(request.Namespace))
	rel, err := helm3.Upgrade(ctx, target, loaded, values, request, s.maxHistory(request.MaxHistory))
	return s.finish(ctx, cfg, rel, loaded.Digest, err)
}

func (s *Service) uninstallByHelm3(ctx context.Context, cfg *action.Configuration, request *wire.UninstallRequest) (*wire.UninstallResponse, error) {
	rel, info, err := helm3.Uninstall(ctx, s.targetOf(cfg, wire.NamespaceOr(request.Namespace)), request)
	return s.finishUninstall(ctx, cfg, rel, info, err)
}

func (s *Service) testByHelm3(ctx context.Context, cfg *action.Configuration, request *wire.TestRequest) (*wire.TestResponse, error) {
	started := time.Now()
	rel, logs, err := helm3.Test(ctx, s.targetOf(cfg, wire.NamespaceOr(request.Namespace)), request)
	response := &wire.TestResponse{Release: s.toRelease(rel), Hooks: []wire.TestedHook{}}
	if rel != nil {
		response.Hooks = testedHooks(rel.Hooks, started)
	}
	if logs != nil {
		text := logs.Text.String()
		response.Logs = &text
		if logs.Err != nil {
			response.LogsError = logs.Err.Error()
		}
	}
	return s.finishTest(ctx, cfg, rel, response, err)
}
