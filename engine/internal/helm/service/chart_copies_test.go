package service

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"seatrial/engine/internal/helm/helmtest"
	"seatrial/engine/internal/helm/wire"
)

// A template can change what it is given, and so do aliases, conditions and import-values.
func TestRequestsDoNotSeeEachOthersChanges(t *testing.T) {
	chart := helmtest.WriteChart(t, helmtest.Files{
		"Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\nannotations:\n  a: original\ndependencies:\n" +
			"- name: sub\n  version: 1.0.0\n  alias: first\n  condition: first.enabled\n  import-values:\n  - child: data\n    parent: imported\n" +
			"- name: sub\n  version: 1.0.0\n  alias: second\n",
		"values.yaml":            "list:\n- name: original\ntable:\n  key: original\n",
		"charts/sub/Chart.yaml":  "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
		"charts/sub/values.yaml": "data:\n  port: 80\n",
		"charts/sub/templates/s.yaml": "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Chart.Name }}-{{ .Values.data.port }}\n" +
			"{{- $_ := set .Values.data \"port\" \"changed\" }}\n",
		"templates/config.yaml": "kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: a\ndata:\n" +
			"  text: {{ .Values.table.key }} {{ (index .Values.list 0).name }} {{ .Chart.Annotations.a }}\n" +
			"{{- $_ := set .Values.table \"key\" \"changed\" }}{{ $_ := set (index .Values.list 0) \"name\" \"changed\" }}\n",
	})
	service := newTestService(t)
	code, want := post[wire.TemplateResponse](t, service, "template", map[string]any{"chart": chart})
	if code != http.StatusOK {
		t.Fatal(postForError(t, service, "template", code, map[string]any{"chart": chart}))
	}
	if !strings.Contains(want.Manifest, "text: original original original") || !strings.Contains(want.Manifest, "name: second-80") {
		t.Fatalf("unexpected manifest:\n%s", want.Manifest)
	}
	var group sync.WaitGroup
	for i := range 40 {
		group.Go(func() {
			request := map[string]any{"chart": chart}
			if i%2 == 0 {
				request["set"] = []string{"first.enabled=false", "table.key=other"}
			}
			code, got := post[wire.TemplateResponse](t, service, "template", request)
			if code != http.StatusOK {
				t.Errorf("request %d answered %d", i, code)
			} else if i%2 == 0 && strings.Contains(got.Manifest, "first") {
				t.Errorf("request %d has a disabled dependency", i)
			} else if i%2 == 1 && got.Manifest != want.Manifest {
				t.Errorf("request %d has another manifest:\n%s", i, got.Manifest)
			}
		})
	}
	group.Wait()
}

func TestAPackagedChartIsRendered(t *testing.T) {
	archive := helmtest.WritePackage(t, helmtest.Member{Name: "web/templates/config.yaml", Content: "kind: A\n"})
	code, response := post[wire.TemplateResponse](t, newTestService(t), "template", map[string]any{"chart": archive})
	if code != http.StatusOK || !strings.Contains(response.Manifest, "# Source: web/templates/config.yaml") {
		t.Errorf("got %d: %s", code, response.Manifest)
	}
}
