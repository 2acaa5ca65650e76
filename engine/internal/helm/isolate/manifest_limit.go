package isolate

import (
	"fmt"

	"seatrial/engine/internal/helm/wire"
)

// maxManifest is the size of all output of a chart in bytes.
const maxManifest = 64 << 20

// CheckManifestSize refuses too much output. The texts are keyed by the file that they were
// rendered from.
func CheckManifestSize(rendered map[string]string) *wire.Error {
	size, largest := 0, ""
	for name, text := range rendered {
		size += len(text)
		if largest == "" || len(text) > len(rendered[largest]) {
			largest = name
		}
	}
	if size <= maxManifest {
		return nil
	}
	return &wire.Error{Code: wire.CodeTemplate, File: largest, Message: fmt.Sprintf(
		"the chart renders %d bytes, the limit is %d; of these %d are from %s.\n"+
			"Hint: look for values or loops that multiply their input.",
		size, maxManifest, len(rendered[largest]), largest)}
}
