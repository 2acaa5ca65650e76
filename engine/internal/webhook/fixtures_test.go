package webhook

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// Each fixture is one message; the TypeScript side reads the same files.
func TestFixturesAreTheMessagesOfTheEndpoints(t *testing.T) {
	messages := map[string]any{
		"simulate-request": &simulateRequest{},
		"simulate-started": &simulateStarted{},
		"handler-call":     &handlerCall{},
		"answer-request":   &answerRequest{},
		"undo-request":     &undoRequest{},
		"reviews-request":  &reviewsRequest{},
		"reviews-response": &reviewsResponse{},
	}
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "fixtures", "webhook", "*.json"))
	if err != nil || len(files) != len(messages) {
		t.Fatalf("%d fixtures for %d messages: %v", len(files), len(messages), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			decoder := json.NewDecoder(bytes.NewReader(content))
			decoder.DisallowUnknownFields()
			if err := decoder.Decode(messages[name]); err != nil {
				t.Fatal(err)
			}
			written, err := json.Marshal(messages[name])
			if err != nil {
				t.Fatal(err)
			}
			var want, got any
			if json.Unmarshal(content, &want) != nil || json.Unmarshal(written, &got) != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("the engine writes %s, the fixture holds %s", written, content)
			}
		})
	}
}
