package helm

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
	"sigs.k8s.io/yaml"

	"seatrial/engine/internal/helm/worker"
)

const (
	previewPath = "/v1/preview"
	enterFunc   = "seatrialEnterTemplate"
)

// previewRequest is a rendering whose result nobody wants, only whether it ends.
type previewRequest struct {
	chartFields
	ReleaseName string   `json:"releaseName"`
	Revision    int      `json:"revision"`
	IsUpgrade   bool     `json:"isUpgrade"`
	KubeVersion string   `json:"kubeVersion"`
	APIVersions []string `json:"apiVersions"`
	// Previous are values that lie under the request's own.
	Previous map[string]any `json:"previous,omitempty"`
	// Lookup lets templates read the cluster.
	Lookup bool `json:"lookup"`
	// Announce reports every template before it is rendered.
	Announce bool `json:"announce"`
}

type previewResponse struct {
	// Refusal is a chart that ends, yet with more than the engine takes.
	Refusal *Error `json:"refusal,omitempty"`
}

// preview does what Helm's install and upgrade do before they change anything.
func (s *Service) preview(ctx context.Context, request previewRequest) (*previewResponse, error) {
	worker.Announce(ctx, eventValues)
	values, err := request.merge()
	if err != nil {
		return nil, err
	}
	worker.Announce(ctx, eventChart)
	loaded, err := s.installable(ctx, request.Chart, false)
	if err != nil {
		return nil, err
	}
	if err := request.checkSchemas(loaded.chart); err != nil {
		return nil, err
	}
	chrt := loaded.chart.(*chartv2.Chart)
	worker.Announce(ctx, eventRender)
	if request.Previous != nil {
		values = util.CoalesceTables(values, request.Previous)
	}
	if err := chartutil.ProcessDependencies(chrt, values); err != nil {
		return nil, err
	}
	capabilities := common.DefaultCapabilities.Copy()
	if version, err := parseKubeVersion(request.KubeVersion); err == nil && version != nil {
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
	renderer, err := s.renderer(request.Lookup)
	if err != nil {
		return nil, err
	}
	if request.Announce {
		announceTemplates(chrt)
		renderer.CustomTemplateFuncs = template.FuncMap{enterFunc: func(name string) string {
			worker.Announce(ctx, templatePrefix+name)
			return ""
		}}
	}
	rendered, err := renderer.RenderWithContext(ctx, chrt, render)
	if err != nil {
		return nil, err
	}
	worker.Announce(ctx, eventManifest)
	if refusal := checkManifestSize(rendered); refusal != nil {
		return &previewResponse{Refusal: refusal}, nil
	}
	return &previewResponse{}, parseRendered(rendered)
}

func (s *Service) renderer(lookup bool) (*engine.Engine, error) {
	if !lookup {
		return &engine.Engine{}, nil
	}
	if err := s.cluster.connect(); err != nil {
		return nil, err
	}
	renderer := engine.New(s.cluster.config)
	return &renderer, nil
}

// announceTemplates makes every template say its name first.
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

// parseRendered meets what a manifest can do to a YAML parser.
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

// checkManifestSize takes texts by the file that they were rendered from.
func checkManifestSize(rendered map[string]string) *Error {
	size, largest := 0, ""
	for name, text := range rendered {
		size += len(text)
		if largest == "" || len(text) > len(rendered[largest]) {
			largest = name
		}
	}
	if size <= maxManifest {
		return nil
	}
	return &Error{Code: CodeTemplate, File: largest, Message: fmt.Sprintf(
		"the chart renders %d bytes, the limit is %d; of these %d are from %s.\n"+
			"Hint: look for values or loops that multiply what they are given.",
		size, maxManifest, len(rendered[largest]), largest)}
}
