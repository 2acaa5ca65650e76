package failure

import (
	"context"
	"errors"
	"regexp"

	"k8s.io/apimachinery/pkg/api/meta"

	"seatrial/engine/internal/helm/wire"
)

// What Helm programs print about hooks and about waits that ran out of time.
var (
	failedHook = regexp.MustCompile(`failed (?:pre|post)-install: |(?:pre|post)-(?:upgrade|rollback|delete) hooks? failed: |` +
		`failed (?:pre|post)-(?:delete|upgrade|rollback): |warning: Hook (?:pre|post)-\S+ \S+ failed`)
	outOfTime  = regexp.MustCompile(`context deadline exceeded|timed out waiting for the condition`)
	verbPrefix = regexp.MustCompile(`(?s)^(?:(?:INSTALLATION|UPGRADE) FAILED|rollback failed|uninstall): (.*)$`)
)

// OfMessage is OfAction for the message that a Helm program printed.
func OfMessage(ctx context.Context, message string, failed Action, mapper meta.RESTMapper) *wire.Error {
	if match := verbPrefix.FindStringSubmatch(message); match != nil {
		message = match[1]
	}
	cause := errors.New(message)
	switch {
	case outOfTime.MatchString(message):
		cause = &causedError{error: cause, cause: context.DeadlineExceeded}
	case failedHook.MatchString(message):
		cause = &HookError{Err: cause}
	}
	return OfAction(ctx, cause, failed, mapper)
}

// causedError is a message with the cause that it names.
type causedError struct {
	error
	cause error
}

func (e *causedError) Unwrap() error { return e.cause }
