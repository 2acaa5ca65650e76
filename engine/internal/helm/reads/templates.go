package reads

import (
	"regexp"
	"text/template/parse"
)

// template is a parsed file, or a definition in one.
type template struct {
	root *parse.ListNode
	// id distinguishes definitions of the same name.
	id int
}

// parse parses a file and returns its own template, without those that it defines. A file that is not
// a template has none.
func (a *analysis) parse(name, content string) []*template {
	tree := parse.New(name)
	tree.Mode = parse.SkipFuncCheck
	defined := map[string]*parse.Tree{}
	parsed, err := tree.Parse(content, "", "", defined)
	if err != nil {
		return nil
	}
	for key, definition := range defined {
		if definition != parsed {
			a.define(key, definition.Root)
		}
	}
	if name == "" {
		return []*template{{root: parsed.Root, id: a.nextID()}}
	}
	return []*template{a.define(name, parsed.Root)}
}

func (a *analysis) define(name string, root *parse.ListNode) *template {
	defined := &template{root: root, id: a.nextID()}
	a.templates[name] = append(a.templates[name], defined)
	return defined
}

func (a *analysis) nextID() int {
	a.ids++
	return a.ids
}

// include follows each template whose name v may be.
func (a *analysis) include(name, data value) {
	if names, isExact := exactTexts(name); isExact {
		for _, each := range names {
			a.call(each, data)
		}
		return
	}
	a.record.mark(name, true)
	patterns := []*regexp.Regexp{}
	for _, each := range name {
		known, isText := each.(text)
		if !isText {
			patterns = append(patterns, regexp.MustCompile(""))
			continue
		}
		pattern := known.pattern
		if known.isExact {
			pattern = regexp.QuoteMeta(pattern)
		}
		patterns = append(patterns, regexp.MustCompile("^(?s:"+pattern+")$"))
	}
	for candidate := range a.templates {
		if len(patterns) == 0 || anyMatches(patterns, candidate) {
			a.call(candidate, data)
		}
	}
}

func anyMatches(patterns []*regexp.Regexp, name string) bool {
	for _, pattern := range patterns {
		if pattern.MatchString(name) {
			return true
		}
	}
	return false
}

// tpl follows a text that is a template: one that is known, else every value and file that may be one.
func (a *analysis) tpl(content, data value) {
	a.record.mark(content, true)
	if texts, isExact := exactTexts(content); isExact {
		for _, each := range texts {
			for _, parsed := range a.literal(each) {
				a.follow(parsed, data)
			}
		}
		return
	}
	for _, each := range a.texts {
		a.follow(each, data)
	}
}

// literal is the template of a text in a template, parsed once.
func (a *analysis) literal(content string) []*template {
	found, isKnown := a.literals[content]
	if !isKnown {
		found = a.parse("", content)
		a.literals[content] = found
	}
	return found
}

func (a *analysis) call(name string, data value) {
	for _, each := range a.templates[name] {
		a.follow(each, data)
	}
}
