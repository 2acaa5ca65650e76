package reads

import (
	"path"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
)

// scope is a chart under the name that its parent gives it.
type scope struct {
	chart *chartv2.Chart
	// path is where the chart's own values are among those of the whole chart.
	path valuePath
	// templates is the prefix of the names of its templates.
	templates string
	parent    *scope
	children  map[string]*scope
	// extra are the keys that templates add to their context.
	extra *dict
}

func newScope(chart *chartv2.Chart, parent *scope, name string) *scope {
	s := &scope{chart: chart, parent: parent, templates: name, children: map[string]*scope{}, extra: newDict(nil)}
	if parent != nil {
		s.path = parent.path.child(name)
		s.templates = path.Join(parent.templates, "charts", name)
	}
	for _, child := range chart.Dependencies() {
		for _, alias := range namesOf(chart, child) {
			s.children[alias] = newScope(child, s, alias)
		}
	}
	return s
}

// namesOf are the names under which a chart has a dependency: its aliases.
func namesOf(parent, child *chartv2.Chart) []string {
	names := []string{}
	for _, dependency := range dependenciesOf(parent) {
		if dependency.Name == child.Name() && dependency.Alias != "" {
			names = append(names, dependency.Alias)
		} else if dependency.Name == child.Name() {
			names = append(names, dependency.Name)
		}
	}
	if len(names) == 0 {
		return []string{child.Name()}
	}
	return names
}

func dependenciesOf(chart *chartv2.Chart) []*chartv2.Dependency {
	if chart.Metadata == nil {
		return nil
	}
	return chart.Metadata.Dependencies
}

// each calls visit for the chart and all below it.
func (s *scope) each(visit func(*scope)) {
	visit(s)
	for _, child := range s.children {
		child.each(visit)
	}
}

// isRun says whether Helm renders a template of the chart, and not only what includes it.
func (s *scope) isRun(template *common.File) bool {
	isLibrary := s.chart.Metadata != nil && strings.EqualFold(s.chart.Metadata.Type, "library")
	return !isLibrary && !strings.HasPrefix(path.Base(template.Name), "_")
}

// recordDependencies records the values that decide which dependencies a chart has, and those that it
// imports from them.
func (s *scope) recordDependencies(record *record) {
	for _, dependency := range dependenciesOf(s.chart) {
		for _, condition := range strings.Split(dependency.Condition, ",") {
			if condition = strings.TrimSpace(condition); condition != "" {
				record.add(s.below(condition), true)
			}
		}
		for _, tag := range dependency.Tags {
			record.add(pathOf("tags", tag), true)
		}
		name := dependency.Name
		if dependency.Alias != "" {
			name = dependency.Alias
		}
		for _, imported := range dependency.ImportValues {
			switch imported := imported.(type) {
			case string:
				record.add(s.path.child(name).child("exports").child(imported), true)
			case map[string]any:
				if child, isText := imported["child"].(string); isText {
					record.add(s.below(name+"."+child), true)
				}
			}
		}
	}
}

func (s *scope) below(dotted string) valuePath {
	found := s.path
	for _, key := range strings.Split(dotted, ".") {
		found = found.child(key)
	}
	return found
}
