package webhook

import (
	"encoding/json"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

const hidden = "***"

// masked hides the data of a Secret: reviews are recorded and printed.
func masked(request json.RawMessage, kind metav1.GroupVersionKind) json.RawMessage {
	if (schema.GroupKind{Group: kind.Group, Kind: kind.Kind}) != (schema.GroupKind{Kind: "Secret"}) {
		return request
	}
	var fields map[string]any
	if json.Unmarshal(request, &fields) != nil {
		return json.RawMessage(`{}`)
	}
	for _, name := range []string{"object", "oldObject"} {
		secret, _ := fields[name].(map[string]any)
		for _, part := range []string{"data", "stringData"} {
			values, _ := secret[part].(map[string]any)
			for key := range values {
				values[key] = hidden
			}
		}
		metadata, _ := secret["metadata"].(map[string]any)
		annotations, _ := metadata["annotations"].(map[string]any)
		// kubectl's copy of the whole object.
		delete(annotations, "kubectl.kubernetes.io/last-applied-configuration")
	}
	encoded, err := json.Marshal(fields)
	if err != nil {
		return json.RawMessage(`{}`)
	}
	return encoded
}
