package service

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"seatrial/engine/internal/helm/helmtest"
	"seatrial/engine/internal/helm/wire"
)

func mustTemplate(t testing.TB, service *Service, request map[string]any) wire.TemplateResponse {
	t.Helper()
	code, response := post[wire.TemplateResponse](t, service, "template", request)
	if code != http.StatusOK {
		t.Fatal(postForError(t, service, "template", code, request))
	}
	return response
}

func TestTemplateKeepsHooksNotesAndCRDsApart(t *testing.T) {
	chart := helmtest.WriteChart(t, helmtest.Files{
		"templates/hook.yaml":   helmtest.HookTemplate,
		"templates/test.yaml":   helmtest.TestTemplate,
		"templates/NOTES.txt":   "Ask {{ .Release.Namespace }} for {{ .Release.Name }}.",
		"crds/widget.yaml":      "kind: CustomResourceDefinition\n",
		"charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
		"charts/sub/crds/s.yml": "kind: CustomResourceDefinition\n",
	})
	service := newTestService(t)
	got := mustTemplate(t, service, map[string]any{"chart": chart, "releaseName": "blue", "namespace": "team"})
	if got.Notes != "Ask team for blue." {
		t.Errorf("the notes are %q", got.Notes)
	}
	if strings.Contains(got.Manifest, "Job") || strings.Contains(got.Manifest, "CustomResource") || !strings.HasPrefix(got.Manifest, "---\n# Source: web/templates/config.yaml\n") {
		t.Errorf("the manifest is\n%s", got.Manifest)
	}
	if len(got.Hooks) != 2 || got.Hooks[0].Name != "ping" {
		t.Fatalf("the hooks are %+v", got.Hooks)
	}
	hook := got.Hooks[1]
	if hook.Path != "web/templates/hook.yaml" || hook.Weight != -5 || strings.Join(hook.Events, " ") != "pre-install pre-upgrade" ||
		strings.Join(hook.DeletePolicies, " ") != "hook-succeeded" || hook.Kind != "Job" {
		t.Errorf("the hook is %+v", hook)
	}
	if len(got.CRDs) != 2 || got.CRDs[0].File != "web/crds/widget.yaml" || got.CRDs[1].File != "web/charts/sub/crds/s.yml" {
		t.Errorf("the CRDs are %+v", got.CRDs)
	}
	if got.Chart.Name != "web" || got.Chart.Version != "1.2.3" || got.Chart.AppVersion != "9" || !strings.HasPrefix(got.Chart.Digest, "sha256:") {
		t.Errorf("the chart is %+v", got.Chart)
	}

	got = mustTemplate(t, service, map[string]any{"chart": chart, "skipTests": true, "includeCrds": true})
	if len(got.Hooks) != 1 || !strings.Contains(got.Manifest, "# Source: web/crds/widget.yaml") || len(got.CRDs) != 2 {
		t.Errorf("skipTests and includeCrds give %+v", got)
	}
	if got = mustTemplate(t, service, map[string]any{"chart": chart, "noHooks": true}); len(got.Hooks) != 0 {
		t.Errorf("noHooks leaves %+v", got.Hooks)
	}
}

func TestTemplateHonoursTheCapabilitiesAskedFor(t *testing.T) {
	chart := helmtest.WriteChart(t, helmtest.Files{"templates/config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n" +
		"  version: {{ .Capabilities.KubeVersion.Version }}\n  minor: {{ .Capabilities.KubeVersion.Minor | quote }}\n" +
		"  monitor: {{ .Capabilities.APIVersions.Has \"monitoring.coreos.com/v1\" | quote }}\n" +
		"  upgrade: {{ .Release.IsUpgrade | quote }}\n  found: {{ lookup \"v1\" \"Secret\" \"x\" \"y\" | len | quote }}\n"})
	service := newTestService(t)
	got := mustTemplate(t, service, map[string]any{"chart": chart, "kubeVersion": "1.34.2", "apiVersions": []string{"monitoring.coreos.com/v1"}, "isUpgrade": true})
	for _, want := range []string{"version: v1.34.2", `minor: "34"`, `monitor: "true"`, `upgrade: "true"`, `found: "0"`} {
		if !strings.Contains(got.Manifest, want) {
			t.Errorf("%q is missing in\n%s", want, got.Manifest)
		}
	}
	got = mustTemplate(t, service, map[string]any{"chart": chart})
	if !strings.Contains(got.Manifest, `monitor: "false"`) || !strings.Contains(got.Manifest, `upgrade: "false"`) {
		t.Errorf("one request's capabilities are seen by the next:\n%s", got.Manifest)
	}
	refused := postForError(t, service, "template", http.StatusBadRequest, map[string]any{"chart": chart, "kubeVersion": "new"})
	if refused.Code != wire.CodeRequest {
		t.Errorf("got %s: %s", refused.Code, refused.Message)
	}
}

func TestValuesAreMergedInHelmsOrder(t *testing.T) {
	dir := t.TempDir()
	helmtest.WriteFiles(t, dir, helmtest.Files{
		"one.yaml":   "a: one\nb: one\nnumber: 1234567\ntext: \"1e3\"\n",
		"two.yaml":   "b: two\n",
		"script.txt": "line 1\nline 2",
	})
	chart := helmtest.WriteChart(t, helmtest.Files{"templates/config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata: {{ .Values | toJson }}\n"})
	got := mustTemplate(t, newTestService(t), map[string]any{
		"chart":      chart,
		"valueFiles": []string{filepath.Join(dir, "one.yaml"), filepath.Join(dir, "two.yaml")},
		"setJson":    []string{`c={"d":[1,2]}`},
		"set":        []string{"c.e=7"},
		"setString":  []string{"f=7"},
		"setFile":    []string{"g=" + filepath.Join(dir, "script.txt")},
		"setLiteral": []string{"h=a,b.c"},
	})
	want := `{"a":"one","b":"two","c":{"d":[1,2],"e":7},"f":"7","g":"line 1\nline 2","h":"a,b.c","number":1234567,"replicas":1,"text":"1e3"}`
	if !strings.Contains(got.Manifest, want) {
		t.Errorf("want %s in\n%s", want, got.Manifest)
	}
}

func TestTemplateRendersTheChartUnderAnotherVersionOnce(t *testing.T) {
	chart := helmtest.WriteChart(t, helmtest.Files{"templates/config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n" +
		"  chart: {{ .Chart.Version }}\n  app: {{ .Chart.AppVersion }}\n"})
	service := newTestService(t)
	got := mustTemplate(t, service, map[string]any{"chart": chart, "chartVersion": "2.0.0", "appVersion": "10", "forRelease": true})
	if !strings.Contains(got.Manifest, "chart: 2.0.0") || !strings.Contains(got.Manifest, "app: 10") || got.RenderDigest != "" {
		t.Errorf("got the digest %q and\n%s", got.RenderDigest, got.Manifest)
	}
	if got = mustTemplate(t, service, map[string]any{"chart": chart}); !strings.Contains(got.Manifest, "chart: 1.2.3") {
		t.Errorf("the next request sees the version:\n%s", got.Manifest)
	}
}

func TestTemplateReturnsTheValuesThatTemplatesSee(t *testing.T) {
	chart := helmtest.WriteChart(t, helmtest.Files{
		"values.yaml": "replicas: 1\nlimit: 1000000\n", "charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
		"charts/sub/values.yaml": "bytes: 104857600\n",
	})
	service := newTestService(t)
	got := mustTemplate(t, service, map[string]any{"chart": chart, "withValues": true, "set": []string{"replicas=2"}})
	sub, _ := got.Values["sub"].(map[string]any)
	if got.Values["limit"] != 1e6 || got.Values["replicas"] != 2.0 || sub["bytes"] != 104857600.0 {
		t.Errorf("the values are %v", got.Values)
	}
	if got = mustTemplate(t, service, map[string]any{"chart": chart}); got.Values != nil {
		t.Errorf("a request that does not ask for values gets %v", got.Values)
	}
}

func TestShowOnlyKeepsWhatMatches(t *testing.T) {
	chart := helmtest.WriteChart(t, helmtest.Files{"templates/hook.yaml": helmtest.HookTemplate, "templates/more.yaml": "kind: A\n---\nkind: B\n"})
	service := newTestService(t)
	got := mustTemplate(t, service, map[string]any{"chart": chart, "showOnly": []string{"templates/more.yaml"}})
	if strings.Count(got.Manifest, "# Source: web/templates/more.yaml") != 2 || strings.Contains(got.Manifest, "config.yaml") || len(got.Hooks) != 0 {
		t.Errorf("got %+v", got)
	}
	if strings.Index(got.Manifest, "kind: A") > strings.Index(got.Manifest, "kind: B") {
		t.Errorf("the order is lost:\n%s", got.Manifest)
	}
	got = mustTemplate(t, service, map[string]any{"chart": chart, "showOnly": []string{"templates/h*.yaml"}})
	if got.Manifest != "" || len(got.Hooks) != 1 {
		t.Errorf("got %+v", got)
	}
	refused := postForError(t, service, "template", http.StatusBadRequest, map[string]any{"chart": chart, "showOnly": []string{"templates/none.yaml"}})
	if refused.Code != wire.CodeRequest || !strings.Contains(refused.Message, "could not find template templates/none.yaml in chart") {
		t.Errorf("got %s: %s", refused.Code, refused.Message)
	}
}

func TestTemplateReturnsWhatAChartSaysAboutItsValues(t *testing.T) {
	chart := helmtest.WriteChart(t, helmtest.Files{
		"Chart.yaml":             "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies: [{ name: sub, alias: store, version: 1.0.0, condition: store.enabled }]\n",
		"values.yaml":            "color: red\nunused: 1\nstore: { enabled: false }\n",
		"values.schema.json":     "{}",
		"templates/config.yaml":  "{{ if .Values.color }}{{ end }}",
		"charts/sub/Chart.yaml":  "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
		"charts/sub/values.yaml": "bytes: 1\n", "charts/sub/templates/a.yaml": "{{ range .Values.list }}{{ .name }}{{ end }}",
	})
	got := mustTemplate(t, newTestService(t), map[string]any{"chart": chart, "withInputs": true, "set": []string{"color=blue"}})
	if got.Inputs == nil {
		t.Fatal("there are no inputs")
	}
	texts := []string{}
	for _, read := range got.Inputs.Reads {
		texts = append(texts, strings.Join(read.Path, "."))
	}
	// Also of the dependency, which is disabled.
	if want := "color store.enabled store.list store.list.*.name"; strings.Join(texts, " ") != want {
		t.Errorf("read %q, want %q", texts, want)
	}
	if string(got.Inputs.Defaults) != `{"color":"red","store":{"enabled":false},"unused":1}` || got.Inputs.Schema != "{}" {
		t.Errorf("the inputs are %s and %s", got.Inputs.Defaults, got.Inputs.Schema)
	}
	if len(got.Inputs.Dependencies) != 1 || strings.Join(got.Inputs.Dependencies[0], ".") != "store" {
		t.Errorf("the dependencies are %v", got.Inputs.Dependencies)
	}
	if other := mustTemplate(t, newTestService(t), map[string]any{"chart": chart}); other.Inputs != nil {
		t.Errorf("nobody has asked for %v", other.Inputs)
	}
}
