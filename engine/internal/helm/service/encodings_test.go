package service

import (
	"net/http"
	"strings"
	"testing"
	"unicode/utf16"

	"seatrial/engine/internal/helm/helmtest"
	"seatrial/engine/internal/helm/wire"
)

func utf16Of(text string, mark bool, big bool) string {
	var out strings.Builder
	units := utf16.Encode([]rune(text))
	if mark {
		units = append([]uint16{0xFEFF}, units...)
	}
	for _, unit := range units {
		if big {
			out.WriteByte(byte(unit >> 8))
		}
		out.WriteByte(byte(unit))
		if !big {
			out.WriteByte(byte(unit >> 8))
		}
	}
	return out.String()
}

func TestAFileThatIsNotUTF8IsNamedWithItsEncoding(t *testing.T) {
	service := newTestService(t)
	template := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
	for name, broken := range map[string]struct{ file, content, encoding string }{
		"a template in UTF-16":           {"templates/config.yaml", utf16Of(template, true, false), "UTF-16 (little endian)"},
		"a template in UTF-16, reversed": {"templates/config.yaml", utf16Of(template, true, true), "UTF-16 (big endian)"},
		"a template without its mark":    {"templates/config.yaml", utf16Of(template, false, false), "UTF-16 without a byte order mark"},
		"values in UTF-16":               {"values.yaml", utf16Of("a: b\n", true, false), "UTF-16 (little endian)"},
		"values in Latin-1":              {"values.yaml", "a: b\nb: gr\xfc\xdfe\n", "Latin-1 or Windows-1252: byte 0xFC in line 2"},
		"a template in Latin-1":          {"templates/config.yaml", template + "data: {a: \xfc}\n", "Latin-1 or Windows-1252: byte 0xFC in line 4"},
		"a helper in Latin-1":            {"templates/_helpers.tpl", "{{ define \"a\" }}\xfc{{ end }}\n", "Latin-1 or Windows-1252: byte 0xFC in line 1"},
		"Chart.yaml in UTF-16":           {"Chart.yaml", utf16Of("apiVersion: v2\nname: web\nversion: 1.2.3\n", true, false), "UTF-16 (little endian)"},
		"a schema in Latin-1":            {"values.schema.json", "{\"title\":\"\xfc\"}", "Latin-1"},
		"a CRD in UTF-16":                {"crds/a.yaml", utf16Of(template, true, false), "UTF-16 (little endian)"},
		"a sub-chart's values":           {"charts/sub/values.yaml", "a: \xfc\n", "Latin-1"},
	} {
		t.Run(name, func(t *testing.T) {
			chart := helmtest.WriteChart(t, helmtest.Files{broken.file: broken.content, "charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n"})
			for _, verb := range []string{"template", "lint"} {
				refused := postForError(t, service, verb, http.StatusUnprocessableEntity, map[string]any{"chart": chart})
				if refused.Code != wire.CodeLoad || refused.File != "web/"+broken.file || !strings.Contains(refused.Message, broken.encoding) {
					t.Errorf("%s refused as %s in %q: %s", verb, refused.Code, refused.File, refused.Message)
				}
			}
		})
	}
}

func TestTextsThatHelmReadsAreAccepted(t *testing.T) {
	service := newTestService(t)
	for name, files := range map[string]helmtest.Files{
		"a byte order mark":         {"values.yaml": "\xEF\xBB\xBFreplicas: 1\n", "templates/a.yaml": "\xEF\xBB\xBF# grün\n"},
		"line ends of Windows":      {"values.yaml": "replicas: 1\r\nb: |\r\n  c\r\n"},
		"a comment in Latin-1":      {"templates/_helpers.tpl": "{{- /* gr\xfc\xdfe\n*/ -}}\n"},
		"notes in Latin-1":          {"templates/NOTES.txt": "gr\xfc\xdfe\n"},
		"a file that is not a text": {"files/logo.png": "\x89PNG\x00\xff\xfe"},
		"a README in Latin-1":       {"README.md": "gr\xfc\xdfe\n"},
	} {
		t.Run(name, func(t *testing.T) {
			chart := helmtest.WriteChart(t, files)
			for _, verb := range []string{"template", "lint"} {
				if code, answer := post[warned](t, service, verb, map[string]any{"chart": chart}); code != http.StatusOK || answer.errors() != "" {
					t.Errorf("%s is answered with %d: %v%s", verb, code, answer.Error, answer.errors())
				}
			}
		})
	}
}

func TestAValuesFileThatIsNotUTF8IsNamedWithItsEncoding(t *testing.T) {
	service := newTestService(t)
	for content, encoding := range map[string]string{"a: \xfc\n": "Latin-1", utf16Of("a: b\n", true, false): "UTF-16"} {
		values := helmtest.WriteChart(t, helmtest.Files{"ci/x-values.yaml": content}) + "/ci/x-values.yaml"
		request := map[string]any{"chart": helmtest.WriteChart(t, nil), "valueFiles": []string{values}}
		refused := postForError(t, service, "template", http.StatusUnprocessableEntity, request)
		if refused.Code != wire.CodeValues || refused.File != values || !strings.Contains(refused.Message, encoding) {
			t.Errorf("refused as %s in %q: %s", refused.Code, refused.File, refused.Message)
		}
	}
}
