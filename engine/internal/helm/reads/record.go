package reads

import (
	"sort"
	"strings"

	"seatrial/engine/internal/helm/wire"
)

// record is what was read: whether with all that is below it.
type record map[valuePath]bool

func (r record) add(path valuePath, whole bool) { r[path] = r[path] || whole }

// A dictionary may contain itself.
const maxNesting = 12

// mark records that v is read: as a condition, or whole.
func (r record) mark(v value, whole bool) { r.markNested(v, whole, maxNesting) }

func (r record) markNested(v value, whole bool, depth int) {
	if depth == 0 {
		return
	}
	for _, each := range v {
		switch each := each.(type) {
		case valuePath:
			r.add(each, whole)
		case context:
			if whole {
				r.add(each.scope.path, true)
				r.markNested(value{each.scope.extra}, true, depth-1)
			}
		case *list:
			if whole {
				r.markNested(each.items, true, depth-1)
			}
		case *dict:
			if !whole {
				continue
			}
			r.markNested(each.others, true, depth-1)
			r.markNested(each.bases, true, depth-1)
			for _, field := range each.fields {
				r.markNested(field, true, depth-1)
			}
		}
	}
}

// shareGlobals records for each chart that its dependencies read its values below "global".
func (r record) shareGlobals(root *scope) {
	root.each(func(s *scope) {
		for ancestor := s.parent; ancestor != nil; ancestor = ancestor.parent {
			own, shared := s.path.child("global"), ancestor.path.child("global")
			for path, whole := range r {
				if rest, isBelow := strings.CutPrefix(string(path), string(own)); isBelow && (rest == "" || rest[0] == separator[0]) {
					r.add(shared+valuePath(rest), whole)
				} else if whole && strings.HasPrefix(string(own), string(path)) {
					r.add(shared, true)
				}
			}
		}
	})
}

func (r record) reads() []wire.ValueRead {
	found := make([]wire.ValueRead, 0, len(r))
	for path, whole := range r {
		if !r.isBelowWhole(path) {
			found = append(found, wire.ValueRead{Path: path.keys(), Whole: whole})
		}
	}
	sort.Slice(found, func(i, j int) bool {
		return strings.Join(found[i].Path, separator) < strings.Join(found[j].Path, separator)
	})
	return found
}

// isBelowWhole says whether the value is read with one that it is in.
func (r record) isBelowWhole(path valuePath) bool {
	for path != "" {
		path = path[:strings.LastIndex(string(path), separator)]
		if r[path] {
			return true
		}
	}
	return false
}
