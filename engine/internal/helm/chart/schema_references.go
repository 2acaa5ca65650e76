package chart

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"

	"seatrial/engine/internal/helm/wire"
)

// The name under which Helm compiles a schema.
const schemaURL = "file:///values.schema.json"

// weakenedSchemas has the references that were removed from schemas, by the text of what remained.
type weakenedSchemas map[string][]string

// weakenSchemas removes from the schemas of a chart what refers to another file or to the network:
// Helm would read any file of this machine and ask any server.
func weakenSchemas(chrt *chartv2.Chart) weakenedSchemas {
	weakened := weakenedSchemas{}
	weakened.add(chrt)
	return weakened
}

func (s weakenedSchemas) add(chrt *chartv2.Chart) {
	if remaining, references := weakenSchema(chrt.Schema); len(references) > 0 {
		chrt.Schema = remaining
		s[string(remaining)] = references
	}
	for _, dependency := range chrt.Dependencies() {
		s.add(dependency)
	}
}

// warnings names the references of the charts that Helm has not left out.
func (s weakenedSchemas) warnings(chrt *chartv2.Chart) []wire.Warning {
	var warnings []wire.Warning
	for _, reference := range s[string(chrt.Schema)] {
		warnings = append(warnings, wire.Warning{
			Reason: "SchemaReference",
			File:   chrt.ChartFullPath() + "/values.schema.json",
			Message: fmt.Sprintf("the schema of the chart %s refers to %s, which is not read: values were checked against the rest of the schema",
				chrt.Name(), reference),
			Hint: referenceHint(reference, chrt),
		})
	}
	for _, dependency := range chrt.Dependencies() {
		warnings = append(warnings, s.warnings(dependency)...)
	}
	return warnings
}

func referenceHint(reference string, chrt *chartv2.Chart) string {
	switch {
	case strings.HasPrefix(reference, "file:"):
		return "copy the definition into the schema: Helm looks for the file on the machine of every user"
	case !chrt.IsRoot():
		return "only the authors of the dependency can copy the definition into its schema; Helm downloads it at every installation"
	}
	return "copy the definition into the schema: Helm downloads it at every installation"
}

// weakenSchema returns what remains of a schema without other documents, and the references to them.
// Helm itself reports a schema that cannot be parsed.
func weakenSchema(schema []byte) ([]byte, []string) {
	if len(schema) == 0 || !needsOthers(schema) {
		return schema, nil
	}
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return schema, nil
	}
	weak, references := weaken(parsed)
	remaining, err := json.Marshal(weak)
	if err != nil || len(references) == 0 || needsOthers(remaining) || !compiles(remaining) {
		// What depends on the other documents is unknown, so nothing is enforced.
		if len(references) == 0 {
			references = []string{"another document"}
		}
		remaining = fmt.Appendf(nil, `{"$comment":%q}`, references[0])
	}
	return remaining, references
}

// isPublished reports whether the library has the document: it has the drafts of JSON Schema.
func isPublished(document string) bool {
	return strings.Contains(document, "json-schema.org/") && !needsOthers(fmt.Appendf(nil, `{"$ref":%q}`, document))
}

// needsOthers reports whether compiling a schema needs another document.
func needsOthers(schema []byte) bool {
	refuser := &refusingLoader{}
	_ = compile(schema, refuser)
	return refuser.asked
}

func compiles(schema []byte) bool { return compile(schema, &refusingLoader{}) == nil }

func compile(schema []byte, loader jsonschema.URLLoader) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("%v", cause)
		}
	}()
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return err
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(loader)
	if err := compiler.AddResource(schemaURL, parsed); err != nil {
		return err
	}
	_, err = compiler.Compile(schemaURL)
	return err
}

// refusingLoader is asked for every document except the schema itself and the published drafts,
// which are built into the library.
type refusingLoader struct{ asked bool }

var errForeign = errors.New("not read")

func (l *refusingLoader) Load(url string) (any, error) {
	// Helm treats a URN that nothing resolves as a schema that accepts everything.
	if strings.HasPrefix(url, "urn:") {
		return true, nil
	}
	l.asked = true
	return nil, errForeign
}
