// Package stages plays kwok's Stages: users' descriptions of how objects change for which the control
// plane has no controller.
package stages

import (
	"context"
	encoding "encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/json"
	"sigs.k8s.io/kwok/pkg/apis/internalversion"
	kwok "sigs.k8s.io/kwok/pkg/apis/v1alpha1"
	"sigs.k8s.io/kwok/pkg/utils/lifecycle"
)

// Source is a Stage as its author wrote it.
type Source struct {
	// File is the file with the Stage, for messages; empty when it was not read from a file.
	File  string              `json:"file,omitempty"`
	Stage encoding.RawMessage `json:"stage"`
}

// stage is a valid Stage.
type stage struct {
	file string
	name string
	// namespace is the namespace that the Stage was applied to; empty for all.
	namespace string
	// gvk is the kind of the objects that the Stage is for.
	gvk    schema.GroupVersionKind
	parsed *lifecycle.Stage
	// fields name the steps as the author wrote them.
	fields  []string
	history history
}

// title names the Stage in messages.
func (s *stage) title() string { return title(s.file, s.name) }

func title(file, name string) string {
	if file == "" {
		return fmt.Sprintf("Stage %q", name)
	}
	return fmt.Sprintf("%s: Stage %q", file, name)
}

// read validates a Stage. The error names the file, the Stage and the field.
func read(source Source) (*stage, error) {
	var written kwok.Stage
	unknown, err := json.UnmarshalStrict(source.Stage, &written)
	name := written.Name
	if name == "" {
		name = nameOf(source.Stage)
	}
	at := title(source.File, name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	if len(unknown) > 0 {
		return nil, fmt.Errorf("%s: %w", at, unknown[0])
	}
	kwok.SetObjectDefaults_Stage(&written)
	gvk, err := validate(&written)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	fields := stepFields(&written)
	internal, err := internalversion.ConvertToInternalStage(written.DeepCopy())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	parsed := lifecycle.NewStage(internal)
	// kwok compiles a Stage when it is matched for the first time, which is not safe for concurrent use.
	event, err := newEvent(emptyObject(gvk))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), expressionTimeout)
	defer cancel()
	_, _ = lifecycle.Lifecycle{parsed}.ListAllPossible(ctx, event)
	return &stage{file: source.File, name: written.Name, gvk: gvk, parsed: parsed, fields: fields}, nil
}

// nameOf reads the name of an invalid Stage, for messages.
func nameOf(raw encoding.RawMessage) string {
	var named struct {
		Metadata struct {
			Name string `json:"name"`
		} `json:"metadata"`
	}
	_ = json.UnmarshalCaseSensitivePreserveInts(raw, &named)
	return named.Metadata.Name
}

// stepFields returns the fields in which the author wrote the steps that kwok makes of a Stage.
func stepFields(written *kwok.Stage) []string {
	var fields []string
	if len(written.Spec.Steps) > 0 {
		for index := range written.Spec.Steps {
			fields = append(fields, fmt.Sprintf("spec.steps[%d]", index))
		}
		return fields
	}
	next := written.Spec.Next
	if next == nil {
		return nil
	}
	if next.Event != nil {
		fields = append(fields, "spec.next.event")
	}
	if next.Finalizers != nil {
		fields = append(fields, "spec.next.finalizers")
	}
	for index := range next.Patches {
		fields = append(fields, fmt.Sprintf("spec.next.patches[%d]", index))
	}
	if len(next.Patches) == 0 && next.StatusTemplate != "" {
		fields = append(fields, "spec.next.statusTemplate")
	}
	if next.Delete {
		fields = append(fields, "spec.next.delete")
	}
	return fields
}

func (s *stage) field(step int) string {
	if step >= 0 && step < len(s.fields) {
		return s.fields[step]
	}
	return "spec"
}
