package service

import (
	"context"
	"encoding/json"
	"io"
	"net/http"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart/common"
	kubefake "helm.sh/helm/v4/pkg/kube/fake"
	"helm.sh/helm/v4/pkg/storage"
	"helm.sh/helm/v4/pkg/storage/driver"

	"seatrial/engine/internal/helm/client"
	"seatrial/engine/internal/helm/isolate"
	"seatrial/engine/internal/helm/wire"
	"seatrial/engine/internal/jsonhttp"
)

// renderPath is where a worker answers a rendering.
const renderPath = "/v1/render"

// rendering is a template request that the engine has completed with facts of the cluster.
type rendering struct {
	wire.TemplateRequest
	// Previous are values of the installed release that the request's own values override.
	Previous map[string]any `json:"previous,omitempty"`
	// Lookup lets templates read the cluster.
	Lookup bool `json:"lookup"`
	// As is the user as whom templates read the cluster, or nil.
	As *wire.Identity `json:"as,omitempty"`
}

// completeTemplate returns the request with the facts of the cluster that its mode needs.
func (s *Service) completeTemplate(ctx context.Context, request wire.TemplateRequest) (*rendering, error) {
	completed := &rendering{TemplateRequest: request}
	completed.Namespace = wire.NamespaceOr(request.Namespace)
	if request.ReleaseName == "" {
		completed.ReleaseName = "release-name"
	}
	if err := wire.CheckReleaseName(completed.ReleaseName); err != nil {
		return nil, err
	}
	if err := completed.PostRenderField.Check(); err != nil {
		return nil, err
	}
	if request.Helm.IsThree() && request.DryRun == "server" {
		completed.ForRelease = true
	}
	if !completed.ForRelease {
		return completed, nil
	}
	completed.DryRun = ""
	completed.Lookup = s.cluster.Connect() == nil
	completed.As = wire.IdentityOf(ctx)
	completed.KubeVersion, completed.APIVersions = s.cluster.Capabilities()
	if !request.IsUpgrade || !completed.Lookup {
		return completed, nil
	}
	cfg, err := s.configuration(ctx, completed.Namespace)
	if err != nil {
		return nil, err
	}
	upgrade := &wire.UpgradeRequest{DeployFields: wire.DeployFields{ChartFields: request.ChartFields}}
	completed.Previous = previousValues(upgrade, client.LastRevision(cfg, request.ReleaseName))
	return completed, nil
}

// preview describes the rendering for a worker that repeats it.
func (r *rendering) preview() *isolate.PreviewRequest {
	return &isolate.PreviewRequest{
		ChartFields: r.ChartFields, ReleaseName: r.ReleaseName, IsUpgrade: r.IsUpgrade, KubeVersion: r.KubeVersion,
		APIVersions: r.APIVersions, Previous: r.Previous, Lookup: r.Lookup, As: r.As,
	}
}

// job lets a worker do the rendering.
func (r *rendering) job() (*isolate.Request, *isolate.Job, error) {
	body, err := json.Marshal(r)
	if err != nil {
		return nil, nil, err
	}
	job := &isolate.Job{Budget: isolate.RenderTimeout(r.RenderTimeout), Preview: r.preview()}
	return &isolate.Request{Path: renderPath, Body: body}, job, nil
}

// serveRender answers in a worker.
func (s *Service) serveRender(w http.ResponseWriter, r *http.Request) {
	var request rendering
	if _, err := jsonhttp.Read(w, r, &request); err != nil {
		jsonhttp.WriteError(w, err)
		return
	}
	response, err := s.render(r.Context(), &request)
	if err != nil {
		jsonhttp.WriteError(w, err)
		return
	}
	w.Header().Set(isolate.DigestHeader, response.RenderDigest)
	jsonhttp.Write(w, http.StatusOK, response)
}

// releaseConfiguration makes Helm render as for a release, without writing an object: the cluster
// answers lookups only.
func (s *Service) releaseConfiguration(request *rendering) (*action.Configuration, error) {
	cfg := action.NewConfiguration(action.ConfigurationSetLogger(client.DebugOnly(s.logger)))
	cfg.KubeClient = &kubefake.PrintingKubeClient{Out: io.Discard}
	cfg.Releases = storage.Init(driver.NewMemory())
	cfg.Capabilities = common.DefaultCapabilities.Copy()
	if version, err := wire.ParseKubeVersion(request.KubeVersion); err != nil {
		return nil, err
	} else if version != nil {
		cfg.Capabilities.KubeVersion = *version
	}
	if len(request.APIVersions) > 0 {
		cfg.Capabilities.APIVersions = request.APIVersions
	}
	if request.Lookup {
		cfg.RESTClientGetter = s.cluster.Getter(request.Namespace, request.As)
	}
	return cfg, nil
}
