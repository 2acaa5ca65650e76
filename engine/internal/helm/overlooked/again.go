package overlooked

import (
	"context"
	"text/template"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/engine"
	release "helm.sh/helm/v4/pkg/release/v1"
)

// Again renders a chart that Helm has rendered, with further functions, and returns the outputs of its templates.
type Again func(functions template.FuncMap) (map[string]string, error)

// RendererOf renders what an action of Helm has rendered, with its values and capabilities.
func RendererOf(
	ctx context.Context, install *action.Install, cfg *action.Configuration, rel *release.Release, values map[string]any,
) Again {
	return func(functions template.FuncMap) (map[string]string, error) {
		options := common.ReleaseOptions{
			Name: rel.Name, Namespace: rel.Namespace, Revision: 1, IsInstall: !install.IsUpgrade, IsUpgrade: install.IsUpgrade,
		}
		render, err := util.ToRenderValuesWithSchemaValidation(rel.Chart, values, options, cfg.Capabilities, true)
		if err != nil {
			return nil, err
		}
		renderer := engine.Engine{}
		if cfg.RESTClientGetter != nil {
			if config, err := cfg.RESTClientGetter.ToRESTConfig(); err == nil {
				renderer = engine.New(config)
			}
		}
		renderer.CustomTemplateFuncs = functions
		return renderer.RenderWithContext(ctx, rel.Chart, render)
	}
}
