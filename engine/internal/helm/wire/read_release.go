package wire

// StatusRequest asks for a stored revision.
type StatusRequest struct {
	ReleaseFields
	// Revision 0 is the last one.
	Revision int `json:"revision"`
}

// HistoryRequest asks for the newest revisions of a release.
type HistoryRequest struct {
	ReleaseFields
	Max int `json:"max"`
}

// HistoryResponse lists revisions, oldest first.
type HistoryResponse struct {
	Releases []*Release `json:"releases"`
}

// GetValuesRequest asks for the values of a revision.
type GetValuesRequest struct {
	StatusRequest
	// All adds the chart's own values to the user's.
	All bool `json:"all"`
}

// ValuesResponse is the answer to GetValuesRequest.
type ValuesResponse struct {
	Values map[string]any `json:"values"`
}

// ManifestResponse is the manifest of a revision.
type ManifestResponse struct {
	Manifest string `json:"manifest"`
}

// NotesResponse holds the rendered NOTES.txt of a revision.
type NotesResponse struct {
	Notes string `json:"notes"`
}
