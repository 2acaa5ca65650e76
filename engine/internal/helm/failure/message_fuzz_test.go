package failure

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"unicode/utf8"

	"seatrial/engine/internal/helm/wire"
)

// FuzzErrorMessage reads places and objects out of any message.
func FuzzErrorMessage(f *testing.F) {
	for _, seed := range []string{
		"web/templates/x.yaml:3:12\n  executing \"web/templates/x.yaml\" at <fail \"no\">:\n    error calling fail: no",
		"parse error at (web/templates/x.yaml:3): unexpected EOF", "execution error at (web/templates/x.yaml:1:4): needed",
		"YAML parse error on web/templates/x.yaml: error converting YAML to JSON: yaml: line 4: did not find expected key",
		"cannot load values.yaml: yaml: unmarshal errors:\n  line 2: key \"a\" already set",
		"error unpacking subchart sub-1.tgz in web: cannot load Chart.yaml: yaml: line 1: x",
		schemaViolation + "web:\n- at '/replicas': got string, want integer\n",
		`resource mapping not found for name: "x" namespace: "" from "": no matches for kind "Foo" in version "g/v1"`,
		`object default/web apps/v1, Kind=Deployment: Deployment.apps "web" is invalid`, `resource Job/default/h not ready. status: InProgress`,
		"release has no 7 version", `Service "web" in namespace "ns" exists and cannot be imported`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, message string) {
		cause := errors.New(message)
		for _, got := range []*wire.Error{
			OfAction(t.Context(), cause, Action{}, nil),
			OfAction(t.Context(), cause, Action{Fallback: wire.CodeTemplate}, nil),
			LoadError("/charts/web", cause),
		} {
			if got.Line < 0 || got.Column < 0 || !slices.Contains(wire.Codes, got.Code) {
				t.Errorf("%+v", got)
			}
			if len(got.Message) > MaxMessage+200 || (utf8.ValidString(message) && !utf8.ValidString(got.Message)) {
				t.Errorf("the message has %d bytes: %q", len(got.Message), got.Message)
			}
			for _, part := range got.Failures {
				if part.Object != nil && part.Object.Kind == "" {
					t.Errorf("an object without a kind: %+v", part)
				}
			}
			if _, err := json.Marshal(got); err != nil {
				t.Error(err)
			}
		}
	})
}
