package isolate

import (
	"bytes"
	"encoding/gob"
	"io"
	"net/http"
	"testing"
)

// FuzzRequests gives a worker any bytes to read.
func FuzzRequests(f *testing.F) {
	var asked bytes.Buffer
	encoder := gob.NewEncoder(&asked)
	for _, request := range []Request{{Path: "/v1/lint", Body: []byte(`{}`)}, {Path: "::", Body: nil}} {
		if err := encoder.Encode(request); err != nil {
			f.Fatal(err)
		}
	}
	f.Add(asked.Bytes())
	f.Fuzz(func(_ *testing.T, content []byte) {
		echo := func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) }
		Serve(bytes.NewReader(content), io.Discard, http.HandlerFunc(echo), true)
	})
}
