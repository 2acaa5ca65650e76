package chart

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"helm.sh/helm/v4/pkg/chart"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"

	"seatrial/engine/internal/helm/wire"
)

// The name under which Helm compiles a schema.
const schemaURL = "file:///values.schema.json"

// CheckSchemas refuses a chart whose schemas refer to another file or to the network: Helm would
// read any file of this machine and ask any server.
func CheckSchemas(charter chart.Charter) error {
	chrt, ok := charter.(*chartv2.Chart)
	if !ok {
		return nil
	}
	return checkSchema(chrt)
}

func checkSchema(chrt *chartv2.Chart) error {
	if reference := foreignReference(chrt.Schema); reference != "" {
		file := chrt.Name() + "/values.schema.json"
		return &wire.Error{Code: wire.CodeSchema, File: file, Message: fmt.Sprintf(
			"%s refers to %s, which is not read: a schema may refer only to itself.\n"+
				"Hint: copy the definition into the file, or skip the schema with skipSchemaValidation.", file, reference)}
	}
	for _, dependency := range chrt.Dependencies() {
		if err := checkSchema(dependency); err != nil {
			return err
		}
	}
	return nil
}

// foreignReference is the first document other than itself that a schema needs.
func foreignReference(schema []byte) (reference string) {
	if len(schema) == 0 {
		return ""
	}
	refuser := &refusingLoader{}
	defer func() {
		// Helm reports any other problem of the schema.
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

// refusingLoader is asked for every document except the schema itself and the published drafts,
// which are built into the library.
type refusingLoader struct{ first string }

var errForeign = errors.New("not read")

func (l *refusingLoader) Load(url string) (any, error) {
	// Helm treats a URN that nothing resolves as a schema that accepts everything.
	if strings.HasPrefix(url, "urn:") {
		return true, nil
	}
	if l.first == "" {
		l.first = url
	}
	return nil, errForeign
}
