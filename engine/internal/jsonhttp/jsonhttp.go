// Package jsonhttp reads requests and writes answers of the engine's services: one JSON value each, nothing unknown in it.
package jsonhttp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// MaxRequestBytes bounds a request. Values may carry whole files, yet a request must not be able to fill the memory.
const MaxRequestBytes = 64 << 20

// Read decodes a request strictly. It reads the whole body, which it returns: only then does net/http notice a client that hangs up.
func Read(w http.ResponseWriter, r *http.Request, into any) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxRequestBytes))
	if err != nil {
		if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, fmt.Errorf("the request is larger than %d bytes", tooLarge.Limit)
		}
		return nil, fmt.Errorf("the request could not be read: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return nil, fmt.Errorf("the request is not what %s expects: %w", r.URL.Path, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("the request holds more than one JSON value")
	}
	return body, nil
}

// Encode is a value as it goes over the wire, without HTML's escapes.
func Encode(value any) ([]byte, error) {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return body.Bytes(), err
}

// Write answers with a value that can always be encoded.
func Write(w http.ResponseWriter, status int, value any) {
	body, err := Encode(value)
	if err != nil {
		status, body = http.StatusInternalServerError, fmt.Appendf(nil, `{"error":{"code":"internal","message":%q}}`, err)
	}
	WriteBody(w, status, body)
}

// WriteBody answers with JSON that is encoded already.
func WriteBody(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
