package service

import (
	"net/http"
	"strings"
	"testing"

	"seatrial/engine/internal/helm/helmtest"
	"seatrial/engine/internal/helm/wire"
)

type helmRequest map[string]any

// renderBoth renders the chart with Helm 3 and with Helm 4.
func renderBoth(t *testing.T, files helmtest.Files, request helmRequest) (by3, by4 wire.TemplateResponse) {
	t.Helper()
	dir := helmtest.WriteChart(t, files)
	service := newIsolatingService(t)
	for version, response := range map[int]*wire.TemplateResponse{3: &by3, 4: &by4} {
		asked := helmRequest{"chart": dir, "helm": version, "kubeVersion": "1.33.0"}
		for key, value := range request {
			asked[key] = value
		}
		status, answer := post[wire.TemplateResponse](t, service, "template", asked)
		if status != http.StatusOK {
			t.Fatalf("Helm %d answered %d", version, status)
		}
		*response = answer
	}
	return by3, by4
}

func TestBothHelmsRenderTheSameChartWithTheSameDigest(t *testing.T) {
	by3, by4 := renderBoth(t, helmtest.Files{
		"templates/hook.yaml": helmtest.HookTemplate, "templates/test.yaml": helmtest.TestTemplate,
		"templates/NOTES.txt": "Replicas: {{ .Values.replicas }}",
		"crds/a.yaml":         "kind: CustomResourceDefinition\n",
	}, helmRequest{"set": []string{"replicas=3"}})
	if strings.TrimSpace(by3.Manifest) != strings.TrimSpace(by4.Manifest) || !strings.Contains(by3.Manifest, `replicas: "3"`) {
		t.Errorf("Helm 3 rendered %q, Helm 4 %q", by3.Manifest, by4.Manifest)
	}
	if by3.Notes != "Replicas: 3" || by3.Notes != by4.Notes {
		t.Errorf("the notes are %q and %q", by3.Notes, by4.Notes)
	}
	if by3.Chart != by4.Chart || by3.Chart.Digest == "" {
		t.Errorf("the charts are %+v and %+v", by3.Chart, by4.Chart)
	}
	if len(by3.Hooks) != 2 || len(by3.CRDs) != 1 || by3.CRDs[0] != by4.CRDs[0] {
		t.Errorf("Helm 3 has the hooks %+v and the CRDs %+v", by3.Hooks, by3.CRDs)
	}
	for i, hook := range by3.Hooks {
		if hook.Name != by4.Hooks[i].Name || hook.Weight != by4.Hooks[i].Weight || hook.Path != by4.Hooks[i].Path {
			t.Errorf("Helm 3 has the hook %+v, Helm 4 %+v", hook, by4.Hooks[i])
		}
	}
}

func TestEachHelmNamesItself(t *testing.T) {
	by3, by4 := renderBoth(t, helmtest.Files{
		"templates/config.yaml": "version: {{ .Capabilities.HelmVersion.Version }} {{ .Capabilities.KubeVersion.Version }}\n",
	}, nil)
	if !strings.Contains(by3.Manifest, "version: v3.22") || !strings.Contains(by4.Manifest, "version: v4") {
		t.Errorf("Helm 3 rendered %q, Helm 4 %q", by3.Manifest, by4.Manifest)
	}
	if !strings.Contains(by3.Manifest, "v1.33.0") {
		t.Errorf("Helm 3 did not take the version of Kubernetes: %q", by3.Manifest)
	}
}

func TestHelm3KeepsTheNullOfAChartsDefaults(t *testing.T) {
	by3, by4 := renderBoth(t, helmtest.Files{
		"values.yaml":           "config:\n  level: info\n  extra: null\n",
		"templates/config.yaml": "config:\n{{ toYaml .Values.config | indent 2 }}\n",
	}, nil)
	if !strings.Contains(by3.Manifest, "extra: null") || strings.Contains(by4.Manifest, "extra") {
		t.Errorf("Helm 3 rendered %q, Helm 4 %q", by3.Manifest, by4.Manifest)
	}
}

func TestHelm3RefusesAFunctionOfHelm4(t *testing.T) {
	dir := helmtest.WriteChart(t, helmtest.Files{"templates/config.yaml": "a: {{ durationSeconds \"1m\" }}\n"})
	service := newIsolatingService(t)
	failed := postForError(t, service, "template", http.StatusUnprocessableEntity, helmRequest{"chart": dir, "helm": 3})
	if failed.Code != wire.CodeTemplate || failed.File != "web/templates/config.yaml" || failed.Line != 1 {
		t.Errorf("got %+v", failed)
	}
	if status, answer := post[wire.TemplateResponse](t, service, "template", helmRequest{"chart": dir, "helm": 4}); status != http.StatusOK {
		t.Errorf("Helm 4 answered %d: %+v", status, answer)
	}
}

func TestHelm3RendersAChartOfAnApiVersionThatHelm4Refuses(t *testing.T) {
	dir := helmtest.WriteChart(t, helmtest.Files{"Chart.yaml": "apiVersion: v3\nname: web\nversion: 1.2.3\n"})
	service := newIsolatingService(t)
	if status, answer := post[wire.TemplateResponse](t, service, "template", helmRequest{"chart": dir, "helm": 3}); status != http.StatusOK {
		t.Errorf("Helm 3 answered %d: %+v", status, answer)
	}
	if failed := postForError(t, service, "template", http.StatusUnprocessableEntity, helmRequest{"chart": dir}); failed.Code != wire.CodeLoad {
		t.Errorf("Helm 4 answered %+v", failed)
	}
}

func TestHelm3ReportsWhatIsWrongWithAChartInTheSameForm(t *testing.T) {
	schema := `{"properties":{"replicas":{"type":"integer"}}}`
	service := newIsolatingService(t)
	for name, test := range map[string]struct {
		files   helmtest.Files
		request helmRequest
		code    wire.Code
		file    string
	}{
		"a schema": {
			helmtest.Files{"values.schema.json": schema}, helmRequest{"setString": []string{"replicas=many"}}, wire.CodeSchema, "web/values.schema.json",
		},
		"fail":           {helmtest.Files{"templates/config.yaml": `{{ fail "no" }}`}, nil, wire.CodeFail, "web/templates/config.yaml"},
		"an expression":  {helmtest.Files{"templates/config.yaml": "{{ .Values.a.b }}"}, nil, wire.CodeTemplate, "web/templates/config.yaml"},
		"a parse error":  {helmtest.Files{"templates/config.yaml": "{{ if }}"}, nil, wire.CodeTemplate, "web/templates/config.yaml"},
		"YAML":           {helmtest.Files{"templates/config.yaml": "a: [\n"}, nil, wire.CodeManifest, "web/templates/config.yaml"},
		"a kubeVersion":  {helmtest.Files{"Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\nkubeVersion: \">=9\"\n"}, nil, wire.CodeKubeVersion, ""},
		"a Chart.yaml":   {helmtest.Files{"Chart.yaml": "apiVersion: v2\nname: web\n"}, nil, wire.CodeLoad, "web/Chart.yaml"},
		"a values file":  {helmtest.Files{"values.yaml": "a: [\n"}, nil, wire.CodeLoad, "web/values.yaml"},
		"a library":      {helmtest.Files{"Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\ntype: library\n"}, nil, wire.CodeLoad, ""},
		"a dependency":   {helmtest.Files{"Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\ndependencies: [{name: db, version: 1.0.0, repository: \"https://example.invalid\"}]\n"}, nil, wire.CodeDependency, "web/Chart.yaml"},
		"a kind of Helm": {nil, helmRequest{"helm": 2}, wire.CodeRequest, ""},
	} {
		t.Run(name, func(t *testing.T) {
			request := helmRequest{"chart": helmtest.WriteChart(t, test.files), "helm": 3}
			for key, value := range test.request {
				request[key] = value
			}
			status := http.StatusUnprocessableEntity
			if test.code == wire.CodeRequest {
				status = http.StatusBadRequest
			}
			failed := postForError(t, service, "template", status, request)
			if failed.Code != test.code || (test.file != "" && failed.File != test.file) {
				t.Errorf("got %+v, want the code %s in %q", failed, test.code, test.file)
			}
		})
	}
}

func TestHelm3HasNoServerSideApply(t *testing.T) {
	service := newTestService(t)
	dir := helmtest.WriteChart(t, nil)
	for _, verb := range []string{"install", "upgrade"} {
		failed := postForError(t, service, verb, http.StatusBadRequest, helmRequest{"chart": dir, "releaseName": "web", "helm": 3, "serverSide": true})
		if !strings.Contains(failed.Message, "Helm 3 has no server-side apply") {
			t.Errorf("%s: %s", verb, failed.Message)
		}
	}
	failed := postForError(t, service, "rollback", http.StatusBadRequest, helmRequest{"releaseName": "web", "helm": 3, "forceConflicts": true})
	if !strings.Contains(failed.Message, "Helm 3 has no server-side apply") {
		t.Error(failed.Message)
	}
}

func TestHelm3Lints(t *testing.T) {
	service := newIsolatingService(t)
	dir := helmtest.WriteChart(t, helmtest.Files{"templates/config.yaml": "{{ .Values.a.b }}"})
	_, by3 := post[wire.LintResponse](t, service, "lint", helmRequest{"chart": dir, "helm": 3})
	_, by4 := post[wire.LintResponse](t, service, "lint", helmRequest{"chart": dir})
	if by3.Failed != 1 || by3.Failed != by4.Failed || by3.Charts != 1 {
		t.Errorf("Helm 3 answered %+v, Helm 4 %+v", by3, by4)
	}
}

func TestAChartOfHelm3ThatDoesNotEndIsStopped(t *testing.T) {
	service := newIsolatingService(t)
	dir := helmtest.WriteChart(t, helmtest.Files{
		"templates/config.yaml": `{{ range until 2000000000 }}{{ range until 2000000000 }}x{{ end }}{{ end }}`,
	})
	for _, verb := range []string{"template", "install"} {
		failed := postForError(t, service, verb, http.StatusUnprocessableEntity,
			helmRequest{"chart": dir, "releaseName": "web", "helm": 3, "renderTimeout": "1s"})
		if failed.Code != wire.CodeTimeout && !strings.Contains(failed.Message, "MiB of memory") {
			t.Errorf("%s: %+v", verb, failed)
		}
	}
}

func TestAMessageOfAHelmProgramIsExplained(t *testing.T) {
	service := newTestService(t)
	for message, want := range map[string]wire.Code{
		"INSTALLATION FAILED: cannot re-use a name that is still in use":                                        wire.CodeReleaseExists,
		"UPGRADE FAILED: \"web\" has no deployed releases":                                                      wire.CodeReleaseNotFound,
		"INSTALLATION FAILED: failed pre-install: 1 error occurred:\n\t* job migrate failed":                    wire.CodeHook,
		"UPGRADE FAILED: pre-upgrade hooks failed: timed out waiting for the condition":                         wire.CodeTimeout,
		"INSTALLATION FAILED: execution error at (web/templates/a.yaml:1:3): no":                                wire.CodeFail,
		"INSTALLATION FAILED: YAML parse error on web/templates/a.yaml: error converting YAML to JSON: yaml: x": wire.CodeManifest,
	} {
		status, answer := post[wire.ExplainResponse](t, service, "explain", helmRequest{"releaseName": "web", "message": message})
		if status != http.StatusOK || answer.Error == nil || answer.Error.Code != want {
			t.Errorf("%q was answered with %d: %+v, want the code %s", message, status, answer.Error, want)
		}
	}
}
