package helm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
)

// Values may carry whole files, yet a request must not be able to fill the memory.
const maxRequestBytes = 64 << 20

// answer turns a verb into an HTTP handler: strict decoding, JSON answer, structured error.
func answer[Request, Response any](verb func(context.Context, Request) (Response, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var request Request
		if _, err := decode(w, r, &request); err != nil {
			writeError(w, err)
			return
		}
		respond(w, r, request, verb)
	}
}

func respond[Request, Response any](w http.ResponseWriter, r *http.Request, request Request, verb func(context.Context, Request) (Response, error)) {
	response, err := verb(r.Context(), request)
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, response)
}

// decode reads the whole body, which it returns: only then does net/http notice
// a client that hangs up.
func decode(w http.ResponseWriter, r *http.Request, into any) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequestBytes))
	if err != nil {
		if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, requestError("the request is larger than %d bytes", tooLarge.Limit)
		}
		return nil, requestError("the request could not be read: %v", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return nil, requestError("the request is not what %s expects: %v", r.URL.Path, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, requestError("the request holds more than one JSON value")
	}
	return body, nil
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		status = http.StatusInternalServerError
		body.Reset()
		_ = encoder.Encode(map[string]any{"error": &Error{Code: CodeInternal, Message: fmt.Sprintf("the answer cannot be encoded: %v", err)}})
	}
	writeBody(w, status, body.Bytes())
}

func writeBody(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

func writeError(w http.ResponseWriter, err error) {
	failure, ok := errors.AsType[*Error](err)
	if !ok {
		failure = &Error{Code: CodeInternal, Message: err.Error()}
	}
	body := map[string]any{}
	for key, value := range failure.beside {
		body[key] = value
	}
	body["error"] = failure
	writeJSON(w, failure.httpStatus(), body)
}

// recoverPanics keeps the engine, and everyone else's cluster, alive when one request goes wrong.
func recoverPanics(logger *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if cause == http.ErrAbortHandler {
				panic(cause)
			}
			logger.Error("panic in the Helm service", "endpoint", r.URL.Path, "cause", cause, "stack", string(debug.Stack()))
			writeError(w, &Error{Code: CodeInternal, Message: fmt.Sprintf("the engine failed at %s: %v", r.URL.Path, cause)})
		}()
		next.ServeHTTP(w, r)
	})
}
