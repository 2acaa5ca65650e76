package helm

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"helm.sh/helm/v4/pkg/chart"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
)

// The name under which Helm compiles a schema.
const schemaURL = "file:///values.schema.json"

// checkSchemas refuses a chart whose schemas refer to another file or to the
// network: Helm would read any file of this machine and ask any server.
func (f *chartFields) checkSchemas(charter chart.Charter) error {
	chrt, ok := charter.(*chartv2.Chart)
	if !ok || f.SkipSchemaValidation {
		return nil
	}
	return checkSchema(chrt)
}

func checkSchema(chrt *chartv2.Chart) error {
	if reference := foreignReference(chrt.Schema); reference != "" {
		file := chrt.Name() + "/values.schema.json"
		return &Error{Code: CodeSchema, File: file, Message: fmt.Sprintf(
			"%s refers to %s, which is not read: a schema may refer to itself only.\n"+
				"Hint: copy the definition into the file, or leave the schema out with skipSchemaValidation.", file, reference)}
	}
	for _, dependency := range chrt.Dependencies() {
		if err := checkSchema(dependency); err != nil {
			return err
		}
	}
	return nil
}

// foreignReference is the first document beside itself that a schema needs.
func foreignReference(schema []byte) (reference string) {
	if len(schema) == 0 {
		return ""
	}
	refuser := &refusingLoader{}
	defer func() {
		// What else is wrong with the schema is told by Helm.
		_ = recover()
		reference = refuser.first
	}()
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return ""
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(refuser)
	if compiler.AddResource(schemaURL, parsed) == nil {
		_, _ = compiler.Compile(schemaURL)
	}
	return refuser.first
}

// refusingLoader is asked for every document but the schema itself and the
// published drafts, which the library has built in.
type refusingLoader struct{ first string }

var errForeign = errors.New("not read")

func (l *refusingLoader) Load(url string) (any, error) {
	// Helm takes a URN that nobody resolves as "anything goes".
	if strings.HasPrefix(url, "urn:") {
		return true, nil
	}
	if l.first == "" {
		l.first = url
	}
	return nil, errForeign
}
