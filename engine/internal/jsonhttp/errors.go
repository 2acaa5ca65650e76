package jsonhttp

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
)

// RequestError is a request that its caller has to change.
type RequestError struct{ Message string }

func (e *RequestError) Error() string { return e.Message }

// Refuse returns a *RequestError.
func Refuse(format string, args ...any) *RequestError {
	return &RequestError{Message: fmt.Sprintf(format, args...)}
}

// Answerer is an error that knows its own status and body.
type Answerer interface {
	error
	HTTPStatus() int
	HTTPBody() any
}

// ErrorBody is the body of every answer about an error.
type ErrorBody struct {
	Error struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
}

// WriteError answers with an Answerer's own status and body, with 400 and the code "request" for a
// *RequestError, and with 500 and the code "internal" for all other errors.
func WriteError(w http.ResponseWriter, err error) {
	if known, ok := errors.AsType[Answerer](err); ok {
		Write(w, known.HTTPStatus(), known.HTTPBody())
		return
	}
	status, body := http.StatusInternalServerError, ErrorBody{}
	body.Error.Code, body.Error.Message = "internal", err.Error()
	if _, ok := errors.AsType[*RequestError](err); ok {
		status, body.Error.Code = http.StatusBadRequest, "request"
	}
	Write(w, status, body)
}

// UnknownEndpoint answers requests that no other handler takes.
func UnknownEndpoint(w http.ResponseWriter, r *http.Request) {
	WriteError(w, Refuse("no endpoint %s %s", r.Method, r.URL.Path))
}

// RecoverPanics keeps the engine, and with it the control plane of all other callers, alive when
// one request panics.
func RecoverPanics(logger *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if cause == http.ErrAbortHandler {
				panic(cause)
			}
			logger.Error("panic in an engine request", "endpoint", r.URL.Path, "cause", cause, "stack", string(debug.Stack()))
			WriteError(w, fmt.Errorf("the engine failed at %s: %v", r.URL.Path, cause))
		}()
		next.ServeHTTP(w, r)
	})
}
