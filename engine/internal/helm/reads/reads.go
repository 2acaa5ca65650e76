package reads

import (
	"encoding/json"
	"slices"
	"sort"
	"strings"

	chartv2 "helm.sh/helm/v4/pkg/chart/v2"

	"seatrial/engine/internal/helm/wire"
)

// A chart that takes more steps is as if it read every value. Charts with hundreds of templates take
// some 100,000.
const maxSteps = 3_000_000

// InputsOf returns what a chart says about its values, before Helm processes its dependencies.
func InputsOf(chart *chartv2.Chart, values map[string]any) (*wire.Inputs, error) {
	own := chart.Values
	if own == nil {
		own = map[string]any{}
	}
	defaults, err := json.Marshal(own)
	if err != nil {
		return nil, err
	}
	dependencies := [][]string{}
	newScope(chart, nil, chart.Name()).each(func(s *scope) {
		if s.parent != nil {
			dependencies = append(dependencies, s.path.keys())
		}
	})
	slices.SortFunc(dependencies, slices.Compare)
	return &wire.Inputs{
		Reads: Of(chart, values), Defaults: defaults, Schema: string(chart.Schema), Dependencies: dependencies,
	}, nil
}

// Of returns the values that the templates of a chart and of its dependencies read, those of disabled
// dependencies included. The chart is as it was loaded: Helm has not yet processed its dependencies.
// Texts in values may be templates, so the values of the user are part of what is read.
func Of(chart *chartv2.Chart, values map[string]any) []wire.ValueRead {
	root := newScope(chart, nil, chart.Name())
	a := &analysis{record: record{}, templates: map[string][]*template{}, literals: map[string][]*template{}}
	root.each(a.parseChart)
	a.parseTexts(values)
	// What a template adds to its context may be read by a template before it.
	for range 2 {
		a.known = map[string]bool{}
		root.each(a.runChart)
	}
	root.each(func(s *scope) { s.recordDependencies(&a.record) })
	if a.steps > maxSteps {
		return []wire.ValueRead{{Path: []string{}, Whole: true}}
	}
	a.record.shareGlobals(root)
	return a.record.reads()
}

// analysis is the state of one run.
type analysis struct {
	record record
	// templates are those of all charts by their names; charts may define the same name.
	templates map[string][]*template
	// texts are the values and files that are templates themselves.
	texts []*template
	// known are the templates that were followed, with what they were given.
	known map[string]bool
	steps int
	// ids is the number of templates.
	ids int
	// literals are the templates of texts in templates.
	literals map[string][]*template
}

// runChart follows every template that Helm renders.
func (a *analysis) runChart(s *scope) {
	names := make([]string, 0, len(s.chart.Templates))
	for _, file := range s.chart.Templates {
		if s.isRun(file) {
			names = append(names, s.templateName(file.Name))
		}
	}
	sort.Strings(names)
	for _, name := range names {
		a.call(name, value{context{s}})
	}
}

func (s *scope) templateName(file string) string { return s.templates + "/" + file }

// parseChart parses the templates of a chart, and its values and files that may be templates.
func (a *analysis) parseChart(s *scope) {
	for _, file := range s.chart.Templates {
		a.parse(s.templateName(file.Name), string(file.Data))
	}
	for _, file := range s.chart.Files {
		a.parseText(string(file.Data))
	}
	a.parseTexts(s.chart.Values)
}

func (a *analysis) parseTexts(v any) {
	switch v := v.(type) {
	case string:
		a.parseText(v)
	case map[string]any:
		for _, item := range v {
			a.parseTexts(item)
		}
	case []any:
		for _, item := range v {
			a.parseTexts(item)
		}
	}
}

func (a *analysis) parseText(text string) {
	if strings.Contains(text, "{{") {
		a.texts = append(a.texts, a.parse("", text)...)
	}
}
