package protocol

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Each fixture is one message; the TypeScript side decodes the same files.
func TestFixturesAreTheMessagesThatTheEngineWrites(t *testing.T) {
	messages := map[string]func() any{
		"hello":    func() any { return &Hello{} },
		"step":     func() any { return &Step{} },
		"ready":    func() any { return &Ready{} },
		"error":    func() any { return &Error{} },
		"stopping": func() any { return &Stopping{} },
	}
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "fixtures", "protocol", "*.json"))
	if err != nil || len(files) != len(messages) {
		t.Fatalf("%d fixtures for %d messages: %v", len(files), len(messages), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			create, known := messages[name]
			if !known {
				t.Fatalf("no message is called %q", name)
			}
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			message := create()
			decoder := json.NewDecoder(bytes.NewReader(content))
			decoder.DisallowUnknownFields()
			if err := decoder.Decode(message); err != nil {
				t.Fatal(err)
			}
			written, err := json.Marshal(message)
			if err != nil {
				t.Fatal(err)
			}
			var want, got map[string]any
			if err := json.Unmarshal(content, &want); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(written, &got); err != nil {
				t.Fatal(err)
			}
			if got["type"] != name {
				t.Errorf("type is %v", got["type"])
			}
			if len(got) != len(want) {
				t.Errorf("the engine writes %s, the fixture holds %s", written, content)
			}
		})
	}
}
