package stages

import (
	"errors"
	"fmt"
	"strings"
	"text/template"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	utilnet "k8s.io/apimachinery/pkg/util/net"
)

// stageError is what went wrong with a Stage, and in which field.
type stageError struct {
	stage *stage
	field string
	cause error
}

func (e *stageError) Error() string {
	return fmt.Sprintf("%s: %s: %s", e.stage.title(), e.field, oneLine(e.cause.Error()))
}

func (e *stageError) Unwrap() error { return e.cause }

// oneLine keeps kwok's messages, to which it appends what a template has written so far, on one line.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// isReplaced reports that the object was deleted, or that another one has its name now.
func isReplaced(err error) bool { return apierrors.IsNotFound(err) }

// isTemporary reports that the same request may succeed later.
func isTemporary(err error) bool {
	return utilnet.IsConnectionRefused(err) || utilnet.IsConnectionReset(err) || apierrors.IsServerTimeout(err) ||
		apierrors.IsTimeout(err) || apierrors.IsServiceUnavailable(err) || apierrors.IsTooManyRequests(err) || apierrors.IsConflict(err)
}

// causeOf returns the error of a step without kwok's words around it.
func causeOf(err error) error {
	var execution template.ExecError
	if errors.As(err, &execution) {
		return errors.New(withLine(execution.Error()))
	}
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		if _, isStatus := err.(apierrors.APIStatus); isStatus {
			return err
		}
		err = inner
	}
}

func innermost(err error) error {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err
}

// withLine replaces the name of a template, which has none, by the word "line".
func withLine(text string) string {
	if rest, found := strings.CutPrefix(text, "template: _:"); found {
		return "line " + strings.Replace(rest, `executing "_" `, "", 1)
	}
	return text
}
