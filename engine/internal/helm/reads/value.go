package reads

import (
	"slices"
	"sort"
	"strings"
)

// value is what an expression may be: each of the atoms. Nothing is known about an empty value, except
// that it is not one of the chart's values.
type value []atom

// atom is a valuePath, a context, a text, a *dict or a *list. All can be compared.
type atom interface{}

// valuePath is the chart's value at these keys, each of which follows a separator.
type valuePath string

const (
	separator = "\x00"
	// anyKey stands for every key of a mapping and every item of a list.
	anyKey = "*"
	// A value that is deeper than this is read with all that is below it.
	maxDepth = 16
)

func (p valuePath) child(key string) valuePath { return p + separator + valuePath(key) }

func (p valuePath) keys() []string {
	if p == "" {
		return []string{}
	}
	return strings.Split(string(p[1:]), separator)
}

func pathOf(keys ...string) valuePath {
	path := valuePath("")
	for _, key := range keys {
		path = path.child(key)
	}
	return path
}

// context is what the templates of a chart get as ".".
type context struct{ scope *scope }

// text is a text that is known, or a pattern for it.
type text struct {
	// pattern is a regular expression, unless the text is exact.
	pattern string
	isExact bool
}

// dict is a mapping that a template makes.
type dict struct {
	fields map[string]value
	// others are at unknown keys.
	others value
	// bases are mappings that were merged into this one.
	bases value
	owner *frame
}

func newDict(owner *frame) *dict { return &dict{fields: map[string]value{}, owner: owner} }

func (d *dict) set(key string, v value) { d.fields[key] = join(d.fields[key], v) }

// list is a list that a template makes.
type list struct{ items value }

func join(values ...value) value {
	var joined value
	for _, v := range values {
		for _, each := range v {
			if !slices.Contains(joined, each) {
				joined = append(joined, each)
			}
		}
	}
	return joined
}

// fingerprint is the same for values of which a template reads the same.
func fingerprint(v value, depth int) string {
	if depth == 0 && len(v) > 0 {
		return "…"
	}
	parts := make([]string, 0, len(v))
	for _, each := range v {
		switch each := each.(type) {
		case valuePath:
			parts = append(parts, "p"+string(each))
		case context:
			parts = append(parts, "c"+string(each.scope.path))
		case text:
			parts = append(parts, "t"+each.pattern)
		case *list:
			parts = append(parts, "["+fingerprint(each.items, depth-1)+"]")
		case *dict:
			fields := []string{"*" + fingerprint(each.others, depth-1), "+" + fingerprint(each.bases, depth-1)}
			for key, field := range each.fields {
				fields = append(fields, key+":"+fingerprint(field, depth-1))
			}
			sort.Strings(fields)
			parts = append(parts, "{"+strings.Join(fields, ",")+"}")
		}
	}
	sort.Strings(parts)
	return strings.Join(parts, "|")
}

// exactTexts are the texts that v may be, and whether it can be nothing else.
func exactTexts(v value) ([]string, bool) {
	texts := make([]string, 0, len(v))
	for _, each := range v {
		known, isText := each.(text)
		if !isText || !known.isExact {
			return nil, false
		}
		texts = append(texts, known.pattern)
	}
	return texts, len(texts) > 0
}
