package reads

func (f *frame) fields(v value, keys []string) value {
	for _, key := range keys {
		v = f.field(v, key)
	}
	return v
}

// field is the value at a key.
func (f *frame) field(v value, key string) value {
	return f.fieldNested(v, key, maxNesting)
}

func (f *frame) fieldNested(v value, key string, depth int) value {
	if depth == 0 {
		return nil
	}
	var found value
	for _, each := range v {
		switch each := each.(type) {
		case valuePath:
			found = join(found, f.child(each, key))
		case context:
			found = join(found, each.scope.field(key), f.fieldNested(value{each.scope.extra}, key, depth-1))
		case *dict:
			found = join(found, each.fields[key], each.others, f.fieldNested(each.bases, key, depth-1))
		}
	}
	return found
}

func (f *frame) child(path valuePath, key string) value {
	if len(path.keys()) >= maxDepth {
		f.record.add(path, true)
		return nil
	}
	return value{path.child(key)}
}

// field is a key of the context that Helm makes.
func (s *scope) field(key string) value {
	switch key {
	case "Values":
		return value{s.path}
	case "Subcharts":
		charts := newDict(nil)
		for name, child := range s.children {
			charts.set(name, value{context{child}})
		}
		return value{charts}
	}
	return nil
}

// elements are all items of lists and all values of mappings.
func (f *frame) elements(v value) value { return f.elementsNested(v, maxNesting) }

func (f *frame) elementsNested(v value, depth int) value {
	if depth == 0 {
		return nil
	}
	var found value
	for _, each := range v {
		switch each := each.(type) {
		case valuePath:
			found = join(found, f.child(each, anyKey))
		case context:
			found = join(found, value{each.scope.path}, f.elementsNested(value{each.scope.extra}, depth-1))
		case *list:
			found = join(found, each.items)
		case *dict:
			found = join(found, each.others, f.elementsNested(each.bases, depth-1))
			for _, field := range each.fields {
				found = join(found, field)
			}
		}
	}
	return found
}

// at is the value at a key that is itself a value.
func (f *frame) at(v, key value) value {
	if keys, isExact := exactTexts(key); isExact {
		var found value
		for _, each := range keys {
			found = join(found, f.field(v, each))
		}
		return found
	}
	f.record.mark(key, true)
	return f.elements(v)
}

// put stores v at a key of a mapping. Where that cannot be followed, v is read.
func (f *frame) put(target, key, v value) {
	f.assignments++
	keys, isExact := exactTexts(key)
	if !isExact {
		f.record.mark(key, true)
	}
	for _, each := range target {
		var into *dict
		switch each := each.(type) {
		case *dict:
			into = each
		case context:
			into = each.scope.extra
		default:
			f.record.mark(v, true)
			continue
		}
		// A template is followed once for all dictionaries that look the same.
		if into.owner != f {
			f.record.mark(v, true)
		}
		for _, name := range keys {
			into.set(name, v)
		}
		if !isExact {
			into.others = join(into.others, v)
		}
	}
}

// merge adds the keys of the other mappings to the first one.
func (f *frame) merge(mappings []value) value {
	if len(mappings) == 0 {
		return nil
	}
	f.assignments++
	others := join(mappings[1:]...)
	for _, each := range mappings[0] {
		switch each := each.(type) {
		case *dict:
			each.bases = join(each.bases, others)
			if each.owner != f {
				f.record.mark(others, true)
			}
		case context:
			each.scope.extra.bases = join(each.scope.extra.bases, others)
		default:
			f.record.mark(others, true)
		}
	}
	return join(mappings...)
}
