package helm3

import (
	"context"
	"io"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	kubefake "helm.sh/helm/v3/pkg/kube/fake"
	"helm.sh/helm/v3/pkg/storage"
	"helm.sh/helm/v3/pkg/storage/driver"
	actionv4 "helm.sh/helm/v4/pkg/action"
	releasev4 "helm.sh/helm/v4/pkg/release/v1"

	"seatrial/engine/internal/helm/wire"
)

// Rendering is what a chart is rendered for.
type Rendering struct {
	*wire.TemplateRequest
	// Previous are values that the request's own values override.
	Previous map[string]any
	// Cluster answers lookups; nil renders without a cluster.
	Cluster actionv4.RESTClientGetter
}

// Rendered is a chart that Helm 3 has rendered without writing an object.
type Rendered struct {
	// Release has neither the files of crds/ nor the dependencies of the chart.
	Release *releasev4.Release
	CRDs    []wire.CRDFile
	// Templates are the texts of all templates, also of the dependencies that are in use.
	Templates []string
	// Output is the output of each template that has an unusual hook, by the template's name.
	Output func() (map[string]string, error)
}

// Render renders the chart as Helm 3's template does or, for a release, as its install or upgrade.
func Render(ctx context.Context, loaded *Loaded, values map[string]any, request *Rendering) (*Rendered, error) {
	if request.Previous != nil {
		values = chartutil.CoalesceTables(values, request.Previous)
	}
	kubeVersion, err := parseKubeVersion(request.KubeVersion)
	if err != nil {
		return nil, err
	}
	cfg := configurationFor(request, kubeVersion)
	install := action.NewInstall(cfg)
	install.DryRun = true
	install.DryRunOption = "client"
	install.ClientOnly = !request.ForRelease
	if request.ForRelease && request.Cluster != nil {
		install.DryRunOption = "server"
	}
	install.ReleaseName = request.ReleaseName
	install.Namespace = wire.NamespaceOr(request.Namespace)
	install.Replace = true
	install.IncludeCRDs = request.IncludeCRDs
	install.IsUpgrade = request.IsUpgrade
	install.DisableHooks = request.NoHooks
	install.SkipSchemaValidation = request.SkipSchemaValidation
	install.APIVersions = chartutil.VersionSet(request.APIVersions)
	install.KubeVersion = kubeVersion
	rel, err := install.RunWithContext(ctx, loaded.Chart, values)
	if err != nil {
		return &Rendered{Release: toHelm4(rel)}, describe(err, nil)
	}
	rendered := &Rendered{Release: toHelm4(rel), CRDs: []wire.CRDFile{}, Templates: templatesOf(rel.Chart)}
	for _, crd := range rel.Chart.CRDObjects() {
		rendered.CRDs = append(rendered.CRDs, wire.CRDFile{File: crd.Filename, Manifest: string(crd.File.Data)})
	}
	rendered.Output = func() (map[string]string, error) { return outputOf(rel.Chart, values, install, cfg) }
	return rendered, nil
}

// configurationFor makes Helm render without writing an object. Without ForRelease, Helm makes its
// own.
func configurationFor(request *Rendering, kubeVersion *chartutil.KubeVersion) *action.Configuration {
	cfg := &action.Configuration{Log: func(string, ...any) {}}
	if !request.ForRelease {
		return cfg
	}
	cfg.KubeClient = &kubefake.PrintingKubeClient{Out: io.Discard}
	cfg.Releases = storage.Init(driver.NewMemory())
	cfg.Capabilities = chartutil.DefaultCapabilities.Copy()
	if kubeVersion != nil {
		cfg.Capabilities.KubeVersion = *kubeVersion
	}
	if len(request.APIVersions) > 0 {
		cfg.Capabilities.APIVersions = request.APIVersions
	}
	if request.Cluster != nil {
		cfg.RESTClientGetter = request.Cluster
	}
	return cfg
}

func parseKubeVersion(version string) (*chartutil.KubeVersion, error) {
	if version == "" {
		return nil, nil
	}
	parsed, err := chartutil.ParseKubeVersion(version)
	if err != nil {
		return nil, wire.RequestError("kubeVersion %q is not a version: %v", version, err)
	}
	return parsed, nil
}

func templatesOf(chrt *chart.Chart) []string {
	texts := []string{}
	for _, file := range chrt.Templates {
		texts = append(texts, string(file.Data))
	}
	for _, dependency := range chrt.Dependencies() {
		texts = append(texts, templatesOf(dependency)...)
	}
	return texts
}

// outputOf renders the chart once more: Helm keeps no trace of objects that it skips.
func outputOf(chrt *chart.Chart, values map[string]any, install *action.Install, cfg *action.Configuration) (map[string]string, error) {
	options := chartutil.ReleaseOptions{
		Name: install.ReleaseName, Namespace: install.Namespace, Revision: 1, IsInstall: !install.IsUpgrade, IsUpgrade: install.IsUpgrade,
	}
	render, err := chartutil.ToRenderValuesWithSchemaValidation(chrt, values, options, cfg.Capabilities, true)
	if err != nil {
		return nil, err
	}
	renderer := engine.Engine{}
	if cfg.RESTClientGetter != nil {
		if config, err := cfg.RESTClientGetter.ToRESTConfig(); err == nil {
			renderer = engine.New(config)
		}
	}
	return renderer.Render(chrt, render)
}
