package isolate

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"slices"
	"text/template"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/yaml"

	"seatrial/engine/internal/helm/chart"
	"seatrial/engine/internal/helm/wire"
)

const (
	// PreviewPath is where a worker answers a PreviewRequest.
	PreviewPath = "/v1/preview"
	enterFunc   = "seatrialEnterTemplate"
)

// PreviewRequest renders a chart only to learn whether that ends.
type PreviewRequest struct {
	wire.ChartFields
	ReleaseName string   `json:"releaseName"`
	Revision    int      `json:"revision"`
	IsUpgrade   bool     `json:"isUpgrade"`
	KubeVersion string   `json:"kubeVersion"`
	APIVersions []string `json:"apiVersions"`
	// Previous are values that the request's own values override.
	Previous map[string]any `json:"previous,omitempty"`
	// Lookup lets templates read the cluster.
	Lookup bool `json:"lookup"`
	// As is the user as whom templates read the cluster, or nil.
	As *wire.Identity `json:"as,omitempty"`
	// Announce reports every template before it is rendered.
	Announce bool `json:"announce"`
}

// PreviewResponse is the answer to a PreviewRequest.
type PreviewResponse struct {
	// Refusal is set for a chart whose rendering ends, but with too much output.
	Refusal *wire.Error `json:"refusal,omitempty"`
}

// Preview does what Helm's install and upgrade do before they change anything. Templates look up
// objects with the settings that restConfig returns.
func Preview(
	ctx context.Context, charts *chart.Store, restConfig func() (*rest.Config, error), request PreviewRequest,
) (*PreviewResponse, error) {
	Announce(ctx, EventValues)
	values, err := chart.MergeValues(&request.ValueFields)
	if err != nil {
		return nil, err
	}
	Announce(ctx, EventChart)
	loaded, err := charts.Installable(ctx, request.Chart, false)
	if err != nil {
		return nil, err
	}
	response, err := renderAgain(ctx, loaded.Chart.(*chartv2.Chart), values, restConfig, request)
	return response, loaded.Incomplete(err)
}

func renderAgain(
	ctx context.Context, chrt *chartv2.Chart, values map[string]any, restConfig func() (*rest.Config, error), request PreviewRequest,
) (*PreviewResponse, error) {
	Announce(ctx, EventRender)
	if request.Previous != nil {
		values = util.CoalesceTables(values, request.Previous)
	}
	if err := chartutil.ProcessDependencies(chrt, values); err != nil {
		return nil, err
	}
	capabilities := common.DefaultCapabilities.Copy()
	if version, err := wire.ParseKubeVersion(request.KubeVersion); err == nil && version != nil {
		capabilities.KubeVersion = *version
	}
	capabilities.APIVersions = append(capabilities.APIVersions, request.APIVersions...)
	render, err := util.ToRenderValuesWithSchemaValidation(chrt, values, common.ReleaseOptions{
		Name:      request.ReleaseName,
		Namespace: request.Namespace,
		Revision:  max(request.Revision, 1),
		IsInstall: !request.IsUpgrade,
		IsUpgrade: request.IsUpgrade,
	}, capabilities, request.SkipSchemaValidation)
	if err != nil {
		return nil, err
	}
	renderer, err := rendererFor(request.Lookup, restConfig)
	if err != nil {
		return nil, err
	}
	if request.Announce {
		announceTemplates(chrt)
		renderer.CustomTemplateFuncs = template.FuncMap{enterFunc: func(name string) string {
			Announce(ctx, templatePrefix+name)
			return ""
		}}
	}
	rendered, err := renderer.RenderWithContext(ctx, chrt, render)
	if err != nil {
		return nil, err
	}
	Announce(ctx, EventManifest)
	if refusal := CheckManifestSize(rendered); refusal != nil {
		return &PreviewResponse{Refusal: refusal}, nil
	}
	return &PreviewResponse{}, parseRendered(rendered)
}

func rendererFor(lookup bool, restConfig func() (*rest.Config, error)) (*engine.Engine, error) {
	if !lookup {
		return &engine.Engine{}, nil
	}
	config, err := restConfig()
	if err != nil {
		return nil, err
	}
	renderer := engine.New(config)
	return &renderer, nil
}

// announceTemplates makes every template announce its name first.
func announceTemplates(chrt *chartv2.Chart) {
	chrt.Templates = slices.Clone(chrt.Templates)
	for i, file := range chrt.Templates {
		name := path.Join(chrt.ChartFullPath(), file.Name)
		announced := *file
		announced.Data = slices.Concat(fmt.Appendf(nil, "{{%s %q}}", enterFunc, name), file.Data)
		chrt.Templates[i] = &announced
	}
	for _, dependency := range chrt.Dependencies() {
		announceTemplates(dependency)
	}
}

// parseRendered parses the manifests: YAML that takes too long or too much memory is met here.
func parseRendered(rendered map[string]string) error {
	hooks, manifests, err := releaseutil.SortManifests(rendered, nil, releaseutil.InstallOrder)
	if err != nil {
		return err
	}
	for _, manifest := range manifests {
		if _, err := yaml.YAMLToJSON([]byte(manifest.Content)); err != nil {
			return err
		}
	}
	for _, hook := range hooks {
		if _, err := yaml.YAMLToJSON(bytes.TrimSpace([]byte(hook.Manifest))); err != nil {
			return err
		}
	}
	return nil
}
