package service

import (
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"seatrial/engine/internal/helm/helmtest"
	"seatrial/engine/internal/helm/wire"
)

// renderForRelease renders the chart as before its installation and returns the digest.
func renderForRelease(t *testing.T, service *Service, request map[string]any) string {
	t.Helper()
	template := map[string]any{"forRelease": true}
	for key, value := range request {
		template[key] = value
	}
	response := mustTemplate(t, service, template)
	if response.RenderDigest == "" {
		t.Fatal("the rendering has no digest")
	}
	return response.RenderDigest
}

// install sends the request, which ends where it needs the cluster, and returns how many requests
// workers were given.
func install(t *testing.T, service *Service, request map[string]any, digest string) uint64 {
	t.Helper()
	before := service.workers.Requests()
	whole := map[string]any{"renderDigest": digest}
	for key, value := range request {
		whole[key] = value
	}
	if failed := postForError(t, service, "install", http.StatusInternalServerError, whole); failed.Code != wire.CodeCluster {
		t.Errorf("the installation failed as %s: %s", failed.Code, failed.Message)
	}
	return service.workers.Requests() - before
}

func TestAnInstallationThatWasRenderedBeforeIsNotPreviewed(t *testing.T) {
	service := newIsolatingService(t)
	values := filepath.Join(t.TempDir(), "values.yaml")
	helmtest.WriteFiles(t, filepath.Dir(values), helmtest.Files{"values.yaml": "replicas: 2\n"})
	chart := helmtest.WriteChart(t, nil)
	request := map[string]any{
		"chart": chart, "releaseName": "web", "namespace": "demo", "valueFiles": []string{values}, "set": []string{"a=b"},
		"setFile": []string{"script=" + values},
	}
	digest := renderForRelease(t, service, request)
	if count := install(t, service, request, digest); count != 0 {
		t.Errorf("the same inputs were previewed %d times", count)
	}
	if count := install(t, service, request, ""); count != 1 {
		t.Errorf("without a digest it was previewed %d times", count)
	}
	if count := install(t, service, request, "sha256:unknown"); count != 1 {
		t.Errorf("with an unknown digest it was previewed %d times", count)
	}
	if count := install(t, newIsolatingService(t), request, digest); count != 1 {
		t.Errorf("with the digest of another engine it was previewed %d times", count)
	}
	for key, other := range map[string]any{
		"releaseName": "other", "namespace": "other", "set": []string{"a=c"}, "setString": []string{"a=b"},
		"valueFiles": []string{}, "skipSchemaValidation": true, "setFile": []string{"other=" + values},
	} {
		changed := map[string]any{}
		for name, value := range request {
			changed[name] = value
		}
		changed[key] = other
		if count := install(t, service, changed, digest); count != 1 {
			t.Errorf("with another %s it was previewed %d times", key, count)
		}
	}
	helmtest.WriteFiles(t, filepath.Dir(values), helmtest.Files{"values.yaml": "replicas: 3\n"})
	if count := install(t, service, request, digest); count != 1 {
		t.Errorf("with a changed values file it was previewed %d times", count)
	}
	helmtest.WriteFiles(t, filepath.Dir(values), helmtest.Files{"values.yaml": "replicas: 2\n"})
	if count := install(t, service, request, digest); count != 0 {
		t.Errorf("with the values file of before it was previewed %d times", count)
	}
	helmtest.WriteFiles(t, chart, helmtest.Files{"templates/more.yaml": "kind: More\n"})
	if count := install(t, service, request, digest); count != 1 {
		t.Errorf("with a changed chart it was previewed %d times", count)
	}
}

func TestAChartThatBecameEndlessAfterItsRenderingIsContained(t *testing.T) {
	service := newIsolatingService(t)
	chart := helmtest.WriteChart(t, nil)
	request := map[string]any{"chart": chart, "releaseName": "web", "renderTimeout": "300ms"}
	request["renderDigest"] = renderForRelease(t, service, map[string]any{"chart": chart, "releaseName": "web"})
	helmtest.WriteFiles(t, chart, endless["a loop that does not end"].files)
	for _, verb := range []string{"install", "template"} {
		if verb == "template" {
			delete(request, "renderDigest")
			request["forRelease"] = true
		}
		started := time.Now()
		refused := postForError(t, service, verb, http.StatusUnprocessableEntity, request)
		if refused.Code != wire.CodeTimeout || refused.File != "web/templates/loop.yaml" {
			t.Errorf("%s refused as %s in %q: %s", verb, refused.Code, refused.File, refused.Message)
		}
		if elapsed := time.Since(started); elapsed > 15*time.Second {
			t.Errorf("the refusal took %s", elapsed)
		}
	}
}

func TestOnlyARenderingForAReleaseHasADigest(t *testing.T) {
	service := newIsolatingService(t)
	response := mustTemplate(t, service, map[string]any{"chart": helmtest.WriteChart(t, nil)})
	if response.RenderDigest != "" {
		t.Errorf("the digest is %s", response.RenderDigest)
	}
}
