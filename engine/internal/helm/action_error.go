package helm

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"syscall"

	"helm.sh/helm/v4/pkg/action"
	release "helm.sh/helm/v4/pkg/release/v1"
	"helm.sh/helm/v4/pkg/storage/driver"
)

// failedAction is what is known about an action that returned an error.
type failedAction struct {
	fallback Code
	release  *release.Release
	config   *action.Configuration
}

// isStored tells a release that failed from one that was never made: Helm
// returns half a release when it cannot even render it.
func (f *failedAction) isStored() bool {
	if f.release == nil || f.config == nil {
		return false
	}
	_, err := f.config.Releases.Get(f.release.Name, f.release.Version)
	return err == nil
}

// Helm gives these errors no type. The tests provoke every one of them.
var (
	nameInUse       = []string{"cannot reuse a name that is still in use", "cannot re-use a name that is still in use", "another operation (install/upgrade/rollback) is in progress"}
	noSuchRevision  = regexp.MustCompile(`release has no -?\d+ version|no revision for release|is already deleted`)
	badRequest      = []string{"user supplied labels contains system reserved label name", "cannot use server-side apply and force replace together", "cannot use force conflicts and force replace together"}
	schemaViolation = "values don't meet the specifications of the schema(s) in the following chart(s):\n"
	templateSigns   = regexp.MustCompile(`^(?:[^\s:()]+/[^\s:()]+:\d+(?::\d+)?\n|parse error (?:at|in) \(|execution error (?:at|in) \(|template: |rendering template failed: )`)
	manifestSigns   = regexp.MustCompile(`YAML parse error on |unable to build kubernetes objects? (?:from|for) |unable to recognize |error validating |metadata\.name and metadata\.generateName cannot both be set`)
)

// actionError turns an error of one of Helm's actions into the structured one.
func (s *Service) actionError(ctx context.Context, err error, failed failedAction) *Error {
	failure := &Error{Message: bounded(err.Error())}
	if fault, ok := errors.AsType[*panicError](err); ok {
		s.logger.Error("panic in an engine request", "cause", fault.cause, "stack", string(fault.stack))
	}
	classify(failure, ctx, err, failed)
	if failure.Failures == nil {
		failure.Failures = failuresOf(err, failed)
	}
	for i := range failure.Failures {
		s.nameKind(&failure.Failures[i])
	}
	if failed.isStored() {
		failure.Release = s.toRelease(failed.release)
	}
	return failure
}

func classify(failure *Error, ctx context.Context, err error, failed failedAction) {
	message := err.Error()
	found := place{}
	hook, isHook := errors.AsType[*hookError](err)
	switch _, panicked := errors.AsType[*panicError](err); {
	case panicked:
		failure.Code = CodeInternal
	case ctx.Err() != nil:
		failure.Code = CodeCancelled
	case errors.Is(err, driver.ErrReleaseNotFound), errors.Is(err, driver.ErrNoDeployedReleases), noSuchRevision.MatchString(message):
		failure.Code = CodeReleaseNotFound
	case errors.Is(err, driver.ErrReleaseExists), containsAny(message, nameInUse):
		failure.Code = CodeReleaseExists
	case isUnreachable(err):
		// Nothing is known about the chart: the engine could not check it.
		failure.Code, failure.status = CodeCluster, http.StatusInternalServerError
	case errors.Is(err, errGivenUp):
		failure.Code = CodeGivenUp
	case errors.Is(err, context.DeadlineExceeded):
		failure.Code = CodeTimeout
	case isHook:
		failure.Code = CodeHook
		failure.Failures = hookFailures(hook)
	case containsAny(message, badRequest):
		failure.Code = CodeRequest
	case strings.Contains(message, schemaViolation):
		failure.Code = CodeSchema
		found, failure.Failures = schemaFailures(message)
	case templateSigns.MatchString(message):
		failure.Code, found = CodeTemplate, templatePlace(message)
	case strings.HasPrefix(message, "chart requires kubeVersion: "):
		failure.Code = CodeLoad
	case strings.HasPrefix(message, "chart dependencies processing failed: "):
		failure.Code = CodeDependency
	case manifestSigns.MatchString(message):
		failure.Code, found = CodeManifest, yamlErrorPlace(message)
	case failed.fallback != "":
		failure.Code, found = failed.fallback, templatePlace(message)
	default:
		failure.Code = CodeCluster
	}
	failure.File, failure.Line, failure.Column = found.file, found.line, found.column
}

// A template that includes itself makes Helm repeat the place a thousand times.
const (
	maxMessageHead = 6 << 10
	maxMessageTail = 2 << 10
)

func bounded(message string) string {
	left := len(message) - maxMessageHead - maxMessageTail
	if left <= 0 {
		return message
	}
	head, tail := message[:maxMessageHead], message[len(message)-maxMessageTail:]
	return strings.ToValidUTF8(fmt.Sprintf("%s … (%d bytes left out) … %s", head, left, tail), "")
}

func containsAny(message string, parts []string) bool {
	for _, part := range parts {
		if strings.Contains(message, part) {
			return true
		}
	}
	return false
}

// isUnreachable tells a cluster that does not answer from one that says no.
func isUnreachable(err error) bool {
	if errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET) {
		return true
	}
	if failed, ok := errors.AsType[*url.Error](err); ok && !errors.Is(failed, context.DeadlineExceeded) && !errors.Is(failed, context.Canceled) {
		return true
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return true
	}
	return strings.Contains(err.Error(), "cluster reachability check failed") || strings.Contains(err.Error(), "kubernetes cluster unreachable")
}
