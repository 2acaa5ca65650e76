package service

import (
	"strings"
	"testing"

	"seatrial/engine/internal/helm/helmtest"
)

func TestTemplateReportsWhetherARenderingVaries(t *testing.T) {
	chart := helmtest.WriteChart(t, helmtest.Files{
		"templates/token.yaml": "{{ if .Values.random }}\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: token }\n" +
			"data: { token: {{ tpl \"{{ randAlphaNum 8 }}\" . | quote }} }\n{{ end }}",
	})
	service := newTestService(t)
	for random, set := range map[bool]string{false: "random=", true: "random=true"} {
		for _, forRelease := range []bool{false, true} {
			got := mustTemplate(t, service, map[string]any{"chart": chart, "set": []string{set}, "forRelease": forRelease})
			if got.Varies != random {
				t.Errorf("with %s, for a release %t, varies is %t:\n%s", set, forRelease, got.Varies, got.Manifest)
			}
		}
	}
	if got := mustTemplate(t, service, map[string]any{"chart": chart, "helm": 3}); !got.Varies {
		t.Error("Helm 3 says that nothing varies")
	}
}

func TestTemplateWithQuickKeys(t *testing.T) {
	chart := helmtest.WriteChart(t, helmtest.Files{
		"templates/ca.yaml": "apiVersion: v1\nkind: Secret\nmetadata: { name: ca }\n" +
			"stringData: { key: {{ (genCA \"ca\" 1).Key | quote }} }\n",
	})
	service := newTestService(t)
	for quick, header := range map[bool]string{false: "BEGIN RSA PRIVATE KEY", true: "BEGIN PRIVATE KEY"} {
		got := mustTemplate(t, service, map[string]any{"chart": chart, "quickKeys": quick})
		if !got.Varies || !strings.Contains(got.Manifest, header) {
			t.Errorf("with quickKeys %t, varies is %t:\n%s", quick, got.Varies, got.Manifest)
		}
	}
}
