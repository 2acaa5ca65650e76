package reads

import (
	"path"
	"slices"
	"strings"
	"text/template/parse"

	"github.com/gobwas/glob"
	"helm.sh/helm/v4/pkg/chart/common"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
)

// FileRead is a place where a template reads files of the chart that do not exist.
type FileRead struct {
	// Name is a literal name, or a pattern of Files.Glob.
	Name      string
	IsPattern bool
	// Template is the template as Helm names it.
	Template string
	Line     int
}

// MarkMissingFiles returns the reads of files that no chart of the tree has. The chart's templates are replaced by
// templates that call the function before each of them, with its index: the read may be in a branch that is not taken.
// Reads that a condition or a default tests are left out.
func MarkMissingFiles(chart *chartv2.Chart, function string) []FileRead {
	m := &marker{function: function, names: fileNames(chart)}
	m.chart(chart)
	return m.reads
}

type marker struct {
	function string
	names    []string
	reads    []FileRead
}

func fileNames(chart *chartv2.Chart) []string {
	names := []string{}
	for _, file := range chart.Files {
		names = append(names, file.Name)
	}
	for _, dependency := range chart.Dependencies() {
		names = append(names, fileNames(dependency)...)
	}
	return names
}

func (m *marker) chart(chart *chartv2.Chart) {
	chart.Templates = slices.Clone(chart.Templates)
	for i, file := range chart.Templates {
		if !strings.Contains(string(file.Data), "Files.") {
			continue
		}
		if marked, found := m.template(path.Join(chart.ChartFullPath(), file.Name), string(file.Data)); found {
			chart.Templates[i] = &common.File{Name: file.Name, Data: []byte(marked)}
		}
	}
	for _, dependency := range chart.Dependencies() {
		m.chart(dependency)
	}
}

// template returns the template with calls, and whether it needs any.
func (m *marker) template(name, text string) (string, bool) {
	tree := parse.New(name)
	tree.Mode = parse.SkipFuncCheck
	trees := map[string]*parse.Tree{}
	parsed, err := tree.Parse(text, "", "", trees)
	if err != nil {
		return "", false
	}
	t := &markedTemplate{marker: m, name: name, text: text, before: len(m.reads), tested: map[string]bool{}}
	roots := []*parse.Tree{parsed}
	for _, definition := range trees {
		if definition != parsed {
			roots = append(roots, definition)
		}
	}
	for _, each := range roots {
		t.findTested(each.Root)
	}
	for _, each := range roots {
		t.list(each.Root)
	}
	if len(m.reads) == t.before {
		return "", false
	}
	var marked strings.Builder
	for _, definition := range roots[1:] {
		marked.WriteString("{{define " + quote(definition.Name) + "}}" + definition.Root.String() + "{{end}}")
	}
	marked.WriteString(parsed.Root.String())
	return marked.String(), true
}

func (m *marker) isMissing(name string, isPattern bool) bool {
	if !isPattern {
		return !slices.Contains(m.names, name)
	}
	pattern, err := glob.Compile(name, '/')
	return err == nil && !slices.ContainsFunc(m.names, pattern.Match)
}
