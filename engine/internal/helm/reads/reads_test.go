package reads

import (
	"slices"
	"sort"
	"strings"
	"testing"

	"helm.sh/helm/v4/pkg/chart/common"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
)

func chartOf(name string, templates map[string]string, values map[string]any) *chartv2.Chart {
	made := &chartv2.Chart{Metadata: &chartv2.Metadata{Name: name}, Values: values}
	for file, content := range templates {
		made.Templates = append(made.Templates, &common.File{Name: "templates/" + file, Data: []byte(content)})
	}
	return made
}

// textOf is a read as "a.b", with ".**" when everything below is read.
func textsOf(chart *chartv2.Chart, values map[string]any) []string {
	texts := []string{}
	for _, read := range Of(chart, values) {
		text := strings.Join(read.Path, ".")
		if read.Whole {
			text += ".**"
		}
		texts = append(texts, text)
	}
	sort.Strings(texts)
	return texts
}

func TestReadsAreFollowedThroughTemplates(t *testing.T) {
	helpers := `{{ define "name" }}{{ .Values.name | default .Chart.Name }}{{ end }}` +
		`{{ define "labels" }}{{ .scope.labels | toYaml }}{{ .context.Values.common }}{{ end }}` +
		`{{ define "a.kind" }}{{ .Values.kindA }}{{ end }}{{ define "b.kind" }}{{ .Values.kindB }}{{ end }}` +
		`{{ define "unused" }}{{ .Values.never }}{{ end }}`
	for name, test := range map[string]struct{ template, want string }{
		"a field":                           {`{{ .Values.a.b }}`, "a.b.**"},
		"a field of the root":               {`{{ range list 1 }}{{ $.Values.a }}{{ end }}`, "a.**"},
		"a field in parentheses":            {`{{ (.Values.a).b }}`, "a.b.**"},
		"both branches":                     {`{{ if .Values.a }}{{ .Values.b }}{{ else if .Values.c }}{{ .Values.d }}{{ end }}`, "a b.** c d.**"},
		"a condition with a mapping":        {`{{ if and .Values.a .Values.b.c }}x{{ end }}`, "a b.c"},
		"with and a field":                  {`{{ with .Values.a }}{{ .b }}{{ end }}`, "a a.b.**"},
		"with and the whole":                {`{{ with .Values.a }}{{ toYaml . }}{{ end }}`, "a.**"},
		"a variable":                        {`{{ $a := .Values.a }}{{ $a.b }}`, "a.b.**"},
		"a variable that nothing uses":      {`{{ $a := .Values.a }}`, ""},
		"a variable that is assigned":       {`{{ $a := 1 }}{{ if .Values.x }}{{ $a = .Values.a }}{{ end }}{{ $a.b }}`, "a.b.** x"},
		"a variable of the turn before":     {`{{ $p := "" }}{{ range .Values.a }}{{ $p }}{{ $p = .b }}{{ end }}`, "a a.*.b.**"},
		"a variable that shadows":           {`{{ $a := .Values.a }}{{ if true }}{{ $a := .Values.b }}{{ $a }}{{ end }}`, "b.**"},
		"items":                             {`{{ range .Values.a }}{{ .name }}{{ end }}`, "a a.*.name.**"},
		"items with keys":                   {`{{ range $k, $v := .Values.a }}{{ $k }}{{ $v.x }}{{ end }}`, "a a.*.x.**"},
		"a function without keys":           {`{{ len .Values.a }}`, "a.**"},
		"index":                             {`{{ index .Values "a-b" "c" }}{{ index .Values.list 0 }}`, "a-b.c.** list.*.**"},
		"index with a key that is a value":  {`{{ (index .Values.a .Values.which).x }}`, "a.*.x.** which.**"},
		"get, dig and hasKey":               {`{{ (get .Values "a").b }}{{ dig "c" "d" "" .Values }}{{ if hasKey .Values "e" }}{{ end }}`, "a.b.** c.d.** e"},
		"pluck and first":                   {`{{ pluck .Values.env .Values.replicas | first | default 1 }}`, "env.** replicas.*.**"},
		"pick and omit":                     {`{{ toYaml (pick .Values.a "x" "y") }}{{ toYaml (omit .Values.b "z") }}`, "a.x.** a.y.** b.**"},
		"a helper":                          {`{{ include "name" . }}`, "name.**"},
		"template":                          {`{{ template "name" . }}`, "name.**"},
		"a helper with a dictionary":        {`{{ include "labels" (dict "scope" .Values.a "context" $) }}`, "a.labels.** common.**"},
		"a helper with the values":          {`{{ define "v" }}{{ .x.y }}{{ end }}{{ include "v" .Values }}`, "x.y.**"},
		"a helper with a made name":         {`{{ include (printf "%s.kind" "a") . }}`, "kindA.** kindB.**"},
		"a file of the chart":               {`{{ include (print $.Template.BasePath "/_other.yaml") . | sha256sum }}`, "other.**"},
		"a dictionary that is set":          {`{{ $d := dict }}{{ $_ := set $d "x" .Values.a }}{{ $d.x.y }}`, "a.y.**"},
		"a dictionary that is merged":       {`{{ $d := merge (dict "k" 1) .Values.a }}{{ $d.x }}`, "a.x.**"},
		"a dictionary that is merged first": {`{{ $d := dict }}{{ $_ := mergeOverwrite $d .Values.a .Values.b }}{{ $d.x }}`, "a.x.** b.x.**"},
		"a value that a value is merged to": {`{{ $_ := merge .Values.a .Values.b }}{{ .Values.a.x }}`, "a.x.** b.**"},
		"a key that is set in the context":  {`{{ $_ := set . "own" .Values.a }}{{ .own.b }}`, "a.**"},
		"lists":                             {`{{ range concat .Values.a (list .Values.b) }}{{ .x }}{{ end }}`, "a a.*.x.** b.x.**"},
		"ternary and coalesce":              {`{{ (ternary .Values.a .Values.b .Values.c).x }}{{ (coalesce .Values.d .Values.e).y }}`, "a a.x.** b b.x.** c d d.y.** e e.y.**"},
		"required and fail":                 {`{{ required "x" .Values.a }}{{ fail .Values.b }}`, "a.** b.**"},
		"arguments of methods":              {`{{ .Files.Get .Values.file }}{{ .Capabilities.APIVersions.Has .Values.api }}`, "api.** file.**"},
		"all values":                        {`{{ toYaml .Values }}`, ".**"},
		"the whole context":                 {`{{ toJson . }}`, ".**"},
		"tpl of a literal text":             {`{{ tpl "{{ .Values.a }}" . }}`, "a.**"},
		"a text that is no template":        {`{{ tpl .Values.plain . }}`, "deep.text.** plain.**"},
	} {
		t.Run(name, func(t *testing.T) {
			chart := chartOf("web", map[string]string{
				"_helpers.tpl": helpers, "main.yaml": test.template, "_other.yaml": "{{ .Values.other }}",
			}, map[string]any{"made": []any{"{{ .Values.deep.text }}"}})
			if got := strings.Join(textsOf(chart, nil), " "); got != test.want {
				t.Errorf("read %q, want %q", got, test.want)
			}
		})
	}
}

func TestARecursiveTemplateEnds(t *testing.T) {
	tree := `{{ define "tree" }}{{ .label }}{{ range .children }}{{ include "tree" . }}{{ end }}{{ end }}{{ include "tree" .Values.tree }}`
	got := textsOf(chartOf("web", map[string]string{"a.yaml": tree}, nil), nil)
	for _, want := range []string{"tree.label.**", "tree.children.*.label.**", "tree.children.*.children.*.label.**"} {
		if !slices.Contains(got, want) {
			t.Errorf("%q is missing in %q", want, got)
		}
	}
}

func TestValuesOfTheUserMayBeTemplates(t *testing.T) {
	chart := chartOf("web", map[string]string{"a.yaml": `{{ tpl .Values.text . }}`}, nil)
	got := textsOf(chart, map[string]any{"text": "{{ .Values.inner }}"})
	if want := []string{"inner.**", "text.**"}; !slices.Equal(got, want) {
		t.Errorf("read %q, want %q", got, want)
	}
}

func TestDependenciesReadTheirPartOfTheValues(t *testing.T) {
	chart := chartOf("web", map[string]string{"a.yaml": `{{ include "lib.name" . }}{{ .Subcharts.cache.Values.port }}`}, nil)
	chart.Metadata.Dependencies = []*chartv2.Dependency{
		{Name: "redis", Alias: "cache", Condition: "cache.enabled,useCache", Tags: []string{"backend"}},
		{Name: "redis", Alias: "queue", ImportValues: []any{"shared", map[string]any{"child": "out.port", "parent": "port"}}},
	}
	redis := chartOf("redis", map[string]string{"a.yaml": `{{ .Values.size }}{{ .Values.global.registry }}`}, nil)
	lib := chartOf("lib", map[string]string{"_l.tpl": `{{ define "lib.name" }}{{ .Values.libName }}{{ end }}`, "b.yaml": `{{ .Values.notRun }}`}, nil)
	lib.Metadata.Type = "library"
	chart.SetDependencies(redis, lib)
	want := []string{
		"cache.enabled.**", "cache.global.registry.**", "cache.port.**", "cache.size.**", "global.registry.**", "libName.**",
		"queue.exports.shared.**", "queue.global.registry.**", "queue.out.port.**", "queue.size.**", "tags.backend.**", "useCache.**",
	}
	if got := textsOf(chart, nil); !slices.Equal(got, want) {
		t.Errorf("read %q, want %q", got, want)
	}
}

func TestAChartThatTakesTooLongReadsEverything(t *testing.T) {
	var nested strings.Builder
	for range 30 {
		nested.WriteString(`{{ range .Values.a }}{{ $x = . }}`)
	}
	nested.WriteString(strings.Repeat(`{{ end }}`, 30))
	chart := chartOf("web", map[string]string{"a.yaml": `{{ $x := "" }}` + nested.String()}, nil)
	if got := textsOf(chart, nil); !slices.Equal(got, []string{".**"}) {
		t.Errorf("read %q", got)
	}
}
