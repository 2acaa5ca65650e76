// Package stages plays kwok's Stages: a user's description of how objects that no controller here handles change by themselves.
package stages

import (
	"context"
	encoding "encoding/json"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/json"
	"sigs.k8s.io/kwok/pkg/apis/internalversion"
	kwok "sigs.k8s.io/kwok/pkg/apis/v1alpha1"
	"sigs.k8s.io/kwok/pkg/utils/lifecycle"
)

// Source is a Stage as its author wrote it.
type Source struct {
	// File is where it was written, for messages; empty when it was not read from a file.
	File  string              `json:"file,omitempty"`
	Stage encoding.RawMessage `json:"stage"`
}

// Applied is a Stage in force.
type Applied struct {
	ID        string `json:"id"`
	Namespace string `json:"namespace,omitempty"`
	File      string `json:"file,omitempty"`
	Name      string `json:"name"`
	// APIVersion and Kind are those of the objects that it is for.
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	// Waiting says that the API server serves no such kind yet.
	Waiting bool `json:"waiting,omitempty"`
	// Plays is how often it has been played.
	Plays int `json:"plays"`
	// Objects are the names of the objects that it has been played on, with their namespaces, in the order of the first time; only of
	// a Stage of one namespace, which ends with it.
	Objects []string `json:"objects"`
	// Problems are what has gone wrong with it, each once.
	Problems []string `json:"problems,omitempty"`
}

// stage is a Stage that has been checked.
type stage struct {
	Applied
	gvk    schema.GroupVersionKind
	played *lifecycle.Stage
	// fields name the steps as the author wrote them.
	fields []string
	noted  map[string]bool
	seen   map[string]bool
}

// title names the Stage in messages.
func (s *stage) title() string { return title(s.File, s.Name) }

func title(file, name string) string {
	if file == "" {
		return fmt.Sprintf("Stage %q", name)
	}
	return fmt.Sprintf("%s: Stage %q", file, name)
}

// read checks a Stage and prepares it. The error names the file, the Stage and the field.
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
	gvk, err := check(&written)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	fields := stepFields(&written)
	internal, err := internalversion.ConvertToInternalStage(written.DeepCopy())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	played := lifecycle.NewStage(internal)
	// kwok prepares a Stage when it is matched for the first time, which is not safe for concurrent use.
	event, err := newEvent(emptyObject(gvk))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), matchTimeout)
	defer cancel()
	_, _ = lifecycle.Lifecycle{played}.ListAllPossible(ctx, event)
	return &stage{
		Applied: Applied{
			File: source.File, Name: written.Name, APIVersion: gvk.GroupVersion().String(), Kind: gvk.Kind, Objects: []string{},
		},
		gvk: gvk, played: played, fields: fields, noted: map[string]bool{}, seen: map[string]bool{},
	}, nil
}

// nameOf reads as much of a Stage that is none as a message needs.
func nameOf(raw encoding.RawMessage) string {
	var named struct {
		Metadata struct {
			Name string `json:"name"`
		} `json:"metadata"`
	}
	_ = json.UnmarshalCaseSensitivePreserveInts(raw, &named)
	return named.Metadata.Name
}

// stepFields are the fields in which an author wrote the steps that kwok makes of a Stage.
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

func (s *stage) note(problem string) bool {
	if s.noted[problem] || len(s.Problems) >= maxProblems {
		return false
	}
	s.noted[problem] = true
	s.Problems = append(s.Problems, problem)
	return true
}

const maxProblems = 20

// oneLine keeps a message of kwok's in one line: it appends what a template has written so far.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
