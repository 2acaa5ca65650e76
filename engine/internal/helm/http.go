package helm

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"

	"seatrial/engine/internal/jsonhttp"
)

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
	jsonhttp.Write(w, http.StatusOK, response)
}

// decode reads the whole body, which it returns: only then does net/http notice
// a client that hangs up.
func decode(w http.ResponseWriter, r *http.Request, into any) ([]byte, error) {
	body, err := jsonhttp.Read(w, r, into)
	if err != nil {
		return nil, requestError("%v", err)
	}
	return body, nil
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
	jsonhttp.Write(w, failure.httpStatus(), body)
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
			logger.Error("panic in an engine request", "endpoint", r.URL.Path, "cause", cause, "stack", string(debug.Stack()))
			writeError(w, &Error{Code: CodeInternal, Message: fmt.Sprintf("the engine failed at %s: %v", r.URL.Path, cause)})
		}()
		next.ServeHTTP(w, r)
	})
}
