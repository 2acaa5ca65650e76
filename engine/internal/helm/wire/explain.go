package wire

// ExplainRequest asks what the message of a Helm program says about a release: the program prints
// its errors, and has no other form of them.
type ExplainRequest struct {
	ReleaseFields
	Message string `json:"message"`
}

// ExplainResponse has the message in the form of an error of this service.
type ExplainResponse struct {
	Error *Error `json:"error"`
}
