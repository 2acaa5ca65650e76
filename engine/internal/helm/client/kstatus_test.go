package client

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

const statusesFile = "../../../../fixtures/readiness/statuses.json"

// The package in src/ has rules of its own, so that it can judge objects without an engine. They
// are those of kstatus, which Helm waits by; the fixtures hold both to the same answers.
func TestTheReadinessFixturesAreWhatKstatusSays(t *testing.T) {
	content, err := os.ReadFile(statusesFile)
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		Title  string          `json:"title"`
		Object json.RawMessage `json:"object"`
		Status status.Status   `json:"status"`
	}
	if err := json.Unmarshal(content, &rows); err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		t.Run(row.Title, func(t *testing.T) {
			object := &unstructured.Unstructured{}
			if err := object.UnmarshalJSON(row.Object); err != nil {
				t.Fatal(err)
			}
			result, err := status.Compute(object)
			if err != nil {
				t.Fatal(err)
			}
			if result.Status != row.Status {
				t.Errorf("kstatus says %s (%s), the fixture %s", result.Status, result.Message, row.Status)
			}
		})
	}
}
