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
