// Package jsonhttp reads the requests and writes the answers of the engine service: one JSON value
// each, without unknown fields, and errors in one form: {"error":{"code":…,"message":…}}.
package jsonhttp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// MaxRequestBytes limits a request. Values may contain whole files, yet a request must not be able
// to fill the memory.
const MaxRequestBytes = 64 << 20

// Handle turns a function into a handler: it decodes strictly and answers with the function's
// result or its error.
func Handle[Request, Response any](verb func(context.Context, Request) (Response, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var request Request
		if _, err := Read(w, r, &request); err != nil {
			WriteError(w, err)
			return
		}
		Respond(w, r, request, verb)
	}
}

// Respond answers with the function's result or its error.
func Respond[Request, Response any](
	w http.ResponseWriter, r *http.Request, request Request, verb func(context.Context, Request) (Response, error),
) {
	response, err := verb(r.Context(), request)
	if err != nil {
		WriteError(w, err)
		return
	}
	Write(w, http.StatusOK, response)
}

// Read decodes a request strictly. It reads and returns the whole body: only then does net/http
// notice a client that disconnects. The error is a *RequestError.
func Read(w http.ResponseWriter, r *http.Request, into any) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxRequestBytes))
	if err != nil {
		if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, Refuse("the request is larger than %d bytes", tooLarge.Limit)
		}
		return nil, Refuse("the request could not be read: %v", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return nil, Refuse("the request does not match what %s expects: %v", r.URL.Path, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, Refuse("the request contains more than one JSON value")
	}
	return body, nil
}

// Encode returns a value as it goes over the wire, without HTML's escapes.
func Encode(value any) ([]byte, error) {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return body.Bytes(), err
}

// Write answers with a value.
func Write(w http.ResponseWriter, status int, value any) {
	body, err := Encode(value)
	if err != nil {
		status, body = http.StatusInternalServerError, fmt.Appendf(nil, `{"error":{"code":"internal","message":%q}}`, err)
	}
	WriteBody(w, status, body)
}

// WriteBody answers with encoded JSON.
func WriteBody(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
