package reads

import (
	"regexp"
	"strings"
)

// function is the result of one of Helm's functions. A function that is not listed reads its arguments,
// and its result is unknown.
func (f *frame) function(name string, arguments []value) value {
	count := len(arguments)
	// The functions with this prefix return their errors.
	if rest, isStrict := strings.CutPrefix(name, "must"); isStrict {
		name = strings.ToLower(rest[:min(1, len(rest))]) + rest[min(1, len(rest)):]
	}
	switch name {
	case "and", "or", "default", "coalesce":
		f.test(arguments)
		return join(arguments...)
	case "not", "empty", "kindOf", "kindIs", "typeOf", "typeIs", "typeIsLike":
		f.test(arguments)
		return nil
	case "ternary":
		f.test(arguments)
		return join(arguments[:min(2, count)]...)
	case "required":
		f.test(arguments)
		return join(arguments[min(1, count):]...)
	case "dict":
		return f.makeDict(arguments)
	case "list", "tuple":
		return value{&list{join(arguments...)}}
	case "merge", "mergeOverwrite":
		return f.merge(arguments)
	case "append", "prepend", "push":
		if count > 1 {
			return join(arguments[0], value{&list{join(arguments[1:]...)}})
		}
	case "first", "last":
		return f.elements(join(arguments...))
	case "deepCopy", "concat", "uniq", "compact", "reverse", "rest", "initial", "slice":
		return join(arguments...)
	case "omit", "unset", "without":
		return f.firstOf(arguments)
	case "index":
		return f.index(arguments)
	case "print", "printf":
		return f.format(name, arguments)
	}
	if count >= 2 {
		if result, isKnown := f.lookUp(name, arguments); isKnown {
			return result
		}
	}
	for _, each := range arguments {
		f.record.mark(each, true)
	}
	return nil
}

// lookUp is the result of the functions with at least two arguments that read keys or templates.
func (f *frame) lookUp(name string, arguments []value) (value, bool) {
	last := len(arguments) - 1
	switch name {
	case "include":
		f.include(arguments[0], arguments[1])
		return nil, true
	case "tpl":
		f.tpl(arguments[0], arguments[1])
		return nil, true
	case "get":
		return f.at(arguments[0], arguments[1]), true
	case "hasKey":
		f.record.mark(f.at(arguments[0], arguments[1]), false)
		return nil, true
	case "set":
		if len(arguments) > 2 {
			f.put(arguments[0], arguments[1], arguments[2])
			return arguments[0], true
		}
	case "dig":
		found := arguments[last]
		for _, key := range arguments[:last-1] {
			found = f.at(found, key)
		}
		return join(found, arguments[last-1]), true
	case "pluck":
		return value{&list{f.at(join(arguments[1:]...), arguments[0])}}, true
	case "pick":
		return f.pick(arguments), true
	}
	return nil, false
}

func (f *frame) test(arguments []value) {
	for _, each := range arguments {
		f.record.mark(each, false)
	}
}

// firstOf is the first argument; the others are read.
func (f *frame) firstOf(arguments []value) value {
	if len(arguments) == 0 {
		return nil
	}
	for _, each := range arguments[1:] {
		f.record.mark(each, true)
	}
	return arguments[0]
}

func (f *frame) index(arguments []value) value {
	if len(arguments) == 0 {
		return nil
	}
	found := arguments[0]
	for _, key := range arguments[1:] {
		found = f.at(found, key)
	}
	return found
}

func (f *frame) makeDict(arguments []value) value {
	made := newDict(f)
	for i := 0; i+1 < len(arguments); i += 2 {
		f.put(value{made}, arguments[i], arguments[i+1])
	}
	return value{made}
}

func (f *frame) pick(arguments []value) value {
	picked := newDict(f)
	for _, key := range arguments[1:] {
		f.put(value{picked}, key, f.at(arguments[0], key))
	}
	return value{picked}
}

var verb = regexp.MustCompile(`%%|%[-+# 0-9.*\[\]]*[a-zA-Z]`)

// format is a pattern for the text, which may be the name of a template.
func (f *frame) format(name string, arguments []value) value {
	for _, each := range arguments {
		f.record.mark(each, true)
	}
	var pattern strings.Builder
	if name == "printf" {
		formats, isExact := exactTexts(f.firstOf(arguments))
		if !isExact || len(formats) != 1 {
			return nil
		}
		for i, part := range verb.Split(formats[0], -1) {
			if i > 0 {
				pattern.WriteString(".*")
			}
			pattern.WriteString(regexp.QuoteMeta(part))
		}
		return value{text{pattern: pattern.String()}}
	}
	for _, each := range arguments {
		texts, isExact := exactTexts(each)
		if isExact && len(texts) == 1 {
			pattern.WriteString(regexp.QuoteMeta(texts[0]))
		} else {
			pattern.WriteString(".*")
		}
	}
	return value{text{pattern: pattern.String()}}
}
