package chart

import (
	"net/url"
	"slices"
	"strings"
)

// weakener removes the references to other documents from a schema. What remains accepts every value
// that the whole schema accepts: a part that depends on another document never refuses a value.
type weakener struct {
	root any
	// own are the URLs of the document and of the schemas with an $id in it.
	own     map[string]bool
	foreign []string
	// tainted remembers which targets of local references depend on another document.
	tainted map[string]bool
	// siblingsOfRef is false for the drafts that ignore the keywords next to a $ref.
	siblingsOfRef bool
	idKeyword     string
	// changes are made when everything has been looked up in the schema as it was.
	changes []func()
}

// Keywords whose values are data, not schemas.
var dataKeywords = []string{"enum", "const", "default", "examples", "example", "required", "type", "title", "description", "$comment"}

// Keywords whose values map names to schemas: a name may look like a keyword.
var mapKeywords = []string{"properties", "patternProperties", "definitions", "$defs", "dependentSchemas", "dependencies"}

// Weakening a schema below these could make the whole refuse what it accepted. The others have no
// meaning without them.
var exactKeywords = map[string][]string{"not": nil, "if": {"then", "else"}, "contains": {"minContains", "maxContains"}}

// They depend on what all other keywords have evaluated.
var unevaluated = []string{"unevaluatedProperties", "unevaluatedItems"}

var refKeywords = []string{"$ref", "$dynamicRef", "$recursiveRef"}

// weaken returns the schema without its references to other documents, and these references. The
// parsed schema is changed.
func weaken(schema any) (any, []string) {
	w := &weakener{root: schema, own: map[string]bool{schemaURL: true}, tainted: map[string]bool{}}
	w.siblingsOfRef, w.idKeyword = draftRules(schema)
	w.each(schema, schemaURL, func(_ map[string]any, base string) { w.own[base] = true })
	w.each(schema, schemaURL, w.note)
	if len(w.foreign) == 0 {
		return schema, nil
	}
	w.each(schema, schemaURL, w.loosen)
	for _, change := range w.changes {
		change()
	}
	w.each(schema, schemaURL, w.cut)
	return schema, w.foreign
}

// draftRules are the differences between the drafts: drafts 4 to 7 ignore the keywords next to a
// $ref, and draft 4 has "id".
func draftRules(schema any) (siblingsOfRef bool, idKeyword string) {
	root, _ := schema.(map[string]any)
	draft, _ := root["$schema"].(string)
	_, version, _ := strings.Cut(draft, "json-schema.org/draft-0")
	if strings.HasPrefix(version, "4") {
		return false, "id"
	}
	return version == "", "$id"
}

// note records the references of a schema to other documents.
func (w *weakener) note(node map[string]any, base string) {
	for _, keyword := range append([]string{"$schema"}, refKeywords...) {
		if target, isForeign := w.foreignTarget(node, keyword, base); isForeign && !slices.Contains(w.foreign, target) {
			w.foreign = append(w.foreign, target)
		}
	}
}

// loosen drops the keywords that are exact and depend on another document.
func (w *weakener) loosen(node map[string]any, base string) {
	dropped := slices.Clone(unevaluated)
	for keyword, others := range exactKeywords {
		if below, has := node[keyword]; has && w.depends(below, base, nil) {
			dropped = append(append(dropped, keyword), others...)
		}
	}
	branches, isList := node["oneOf"].([]any)
	isLoose := isList && w.depends(branches, base, nil)
	w.changes = append(w.changes, func() {
		for _, keyword := range dropped {
			delete(node, keyword)
		}
		if isLoose {
			// Of weakened branches several may accept a value.
			delete(node, "oneOf")
			all, _ := node["allOf"].([]any)
			node["allOf"] = append(slices.Clone(all), map[string]any{"anyOf": branches})
		}
	})
}

// cut removes the references to other documents from a schema.
func (w *weakener) cut(node map[string]any, base string) {
	if _, isForeign := w.foreignTarget(node, "$schema", base); isForeign {
		delete(node, "$schema")
	}
	for _, keyword := range refKeywords {
		if _, isForeign := w.foreignTarget(node, keyword, base); !isForeign {
			continue
		}
		delete(node, keyword)
		if keyword != "$ref" || w.siblingsOfRef {
			continue
		}
		for other := range node {
			// Other references may lead to definitions and identifiers.
			if other != "definitions" && other != "$defs" && other != "$id" && other != "id" {
				delete(node, other)
			}
		}
	}
}

// depends reports whether a schema, or one that it refers to, refers to another document.
func (w *weakener) depends(schema any, base string, path []string) bool {
	found := false
	w.each(schema, base, func(node map[string]any, base string) {
		for _, keyword := range refKeywords {
			if found {
				return
			}
			if _, isForeign := w.foreignTarget(node, keyword, base); isForeign {
				found = true
				return
			}
			if target, isRef := node[keyword].(string); isRef {
				found = w.targetDepends(resolve(base, target), path)
			}
		}
	})
	return found
}

func (w *weakener) targetDepends(target string, path []string) bool {
	if slices.Contains(path, target) {
		return false
	}
	if known, ok := w.tainted[target]; ok {
		return known
	}
	document, fragment, _ := strings.Cut(target, "#")
	schema, ok := atPointer(w.root, fragment)
	// The targets of anchors, and of pointers into a schema with its own $id, are not looked up.
	depends := document != schemaURL || !ok || w.depends(schema, schemaURL, append(path, target))
	if len(path) == 0 {
		w.tainted[target] = depends
	}
	return depends
}

// foreignTarget is the document, with its fragment, that a reference leads to outside of the schema.
func (w *weakener) foreignTarget(node map[string]any, keyword, base string) (string, bool) {
	reference, isText := node[keyword].(string)
	if !isText {
		return "", false
	}
	target := resolve(base, reference)
	document, _, _ := strings.Cut(target, "#")
	return target, !w.own[document] && !strings.HasPrefix(document, "urn:") && !isPublished(document)
}

// resolve returns an absolute URL; what is not a URL at all stays as it is.
func resolve(base, reference string) string {
	from, err := url.Parse(base)
	if err != nil {
		return reference
	}
	to, err := from.Parse(reference)
	if err != nil {
		return reference
	}
	return to.String()
}

// atPointer follows a JSON pointer in the form of a URL's fragment.
func atPointer(document any, fragment string) (any, bool) {
	pointer, err := url.PathUnescape(fragment)
	if err != nil || (pointer != "" && !strings.HasPrefix(pointer, "/")) {
		return nil, false
	}
	current := document
	for _, part := range strings.Split(pointer, "/")[1:] {
		node, isObject := current.(map[string]any)
		if !isObject {
			return nil, false
		}
		name := strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
		if current, isObject = node[name]; !isObject {
			return nil, false
		}
	}
	return current, true
}

// each calls visit for every schema in a document, with the URL that its references start from.
func (w *weakener) each(schema any, base string, visit func(node map[string]any, base string)) {
	switch value := schema.(type) {
	case []any:
		for _, entry := range value {
			w.each(entry, base, visit)
		}
	case map[string]any:
		if id, isText := value[w.idKeyword].(string); isText {
			base, _, _ = strings.Cut(resolve(base, id), "#")
		}
		visit(value, base)
		for keyword, below := range value {
			named, isMap := below.(map[string]any)
			switch {
			case slices.Contains(dataKeywords, keyword):
			case slices.Contains(mapKeywords, keyword) && isMap:
				for _, entry := range named {
					w.each(entry, base, visit)
				}
			default:
				// References can lead into keywords that nobody knows.
				w.each(below, base, visit)
			}
		}
	}
}
