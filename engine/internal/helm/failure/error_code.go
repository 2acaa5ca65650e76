package failure

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"helm.sh/helm/v4/pkg/action"
	release "helm.sh/helm/v4/pkg/release/v1"
	"helm.sh/helm/v4/pkg/storage/driver"
	"k8s.io/apimachinery/pkg/api/meta"

	"seatrial/engine/internal/helm/wire"
)

// Action is what is known about one of Helm's actions that returned an error.
type Action struct {
	// Fallback is the code of an error that nothing else explains.
	Fallback wire.Code
	Release  *release.Release
	Config   *action.Configuration
}

// IsStored distinguishes a release that failed from a release that was never created: Helm returns
// half a release when it cannot even render it.
func (a *Action) IsStored() bool {
	if a.Release == nil || a.Config == nil {
		return false
	}
	_, err := a.Config.Releases.Get(a.Release.Name, a.Release.Version)
	return err == nil
}

// Helm gives these errors no type. The tests provoke every one of them.
var (
	nameInUse = []string{
		"cannot reuse a name that is still in use",
		"cannot re-use a name that is still in use",
		"another operation (install/upgrade/rollback) is in progress",
	}
	noSuchRevision = regexp.MustCompile(`release: not found|has no deployed releases|release has no -?\d+ version|no revision for release|is already deleted`)
	badRequest     = []string{
		"user supplied labels contains system reserved label name",
		"cannot use server-side apply and force replace together",
		"cannot use force conflicts and force replace together",
	}
	schemaViolation = "values don't meet the specifications of the schema(s) in the following chart(s):\n"
	templateError   = regexp.MustCompile(`^(?:[^\s:()]+/[^\s:()]+:\d+(?::\d+)?\n|parse error (?:at|in) \(|` +
		`execution error (?:at|in) \(|template: |rendering template failed: )`)
	// Only these two of Helm's functions make a message of this form.
	failOrRequired      = regexp.MustCompile(`^execution error at \([^\s:()]+(?::\d+){1,2}\): `)
	requiresKubeVersion = regexp.MustCompile(`(?s)^chart requires kubeVersion: (.*) which is incompatible with Kubernetes `)
	typeMismatch        = regexp.MustCompile(`(?:^|: )type mismatch on (\S+): `)
	manifestError       = regexp.MustCompile(`YAML parse error on |unable to build kubernetes objects? (?:from|for) |` +
		`unable to recognize |error validating |metadata\.name and metadata\.generateName cannot both be set`)
)

// OfAction turns an error of one of Helm's actions into the structured error. The mapper names the
// kinds of objects that the API server named by their resource; without a cluster it is nil.
func OfAction(ctx context.Context, err error, failed Action, mapper meta.RESTMapper) *wire.Error {
	failure := &wire.Error{Message: Bounded(err.Error())}
	classify(failure, ctx, err, failed)
	if failure.Failures == nil {
		failure.Failures = failuresOf(err, failed)
	}
	if mapper != nil {
		for i := range failure.Failures {
			nameKind(&failure.Failures[i], mapper)
		}
	}
	return failure
}

func classify(failure *wire.Error, ctx context.Context, err error, failed Action) {
	message := err.Error()
	found := Location{}
	record, isRecord := errors.AsType[*RecordError](err)
	hook, isHook := errors.AsType[*HookError](err)
	switch _, panicked := errors.AsType[*PanicError](err); {
	case panicked:
		failure.Code = wire.CodeInternal
	case ctx.Err() != nil:
		failure.Code = wire.CodeCancelled
	case errors.Is(err, driver.ErrReleaseNotFound), errors.Is(err, driver.ErrNoDeployedReleases), noSuchRevision.MatchString(message):
		failure.Code = wire.CodeReleaseNotFound
	case errors.Is(err, driver.ErrReleaseExists), containsAny(message, nameInUse):
		failure.Code = wire.CodeReleaseExists
	case isRecord:
		failure.Code, failure.Failures = wire.CodeCluster, record.failures()
	case isUnreachable(err):
		// Nothing is known about the chart: the engine could not check it.
		failure.Code, failure.Status = wire.CodeCluster, http.StatusInternalServerError
	case errors.Is(err, ErrGivenUp):
		failure.Code = wire.CodeGivenUp
		if isHook {
			failure.Failures = hookFailures(hook)
		}
	case errors.Is(err, context.DeadlineExceeded):
		failure.Code = wire.CodeTimeout
	case isHook:
		failure.Code = wire.CodeHook
		failure.Failures = hookFailures(hook)
	case containsAny(message, badRequest):
		failure.Code = wire.CodeRequest
	case strings.Contains(message, schemaViolation):
		failure.Code = wire.CodeSchema
		found, failure.Failures = schemaViolations(message)
	case failOrRequired.MatchString(message):
		failure.Code, found = wire.CodeFail, TemplateLocation(message)
	case templateError.MatchString(message):
		failure.Code, found = wire.CodeTemplate, TemplateLocation(message)
	case requiresKubeVersion.MatchString(message):
		failure.Code = wire.CodeKubeVersion
		explainKubeVersion(failure, requiresKubeVersion.FindStringSubmatch(message)[1])
	case typeMismatch.MatchString(message):
		failure.Code = wire.CodeValues
		// Helm's own text has the value.
		failure.Message = notMapping(typeMismatch.FindStringSubmatch(message)[1])
	case strings.HasPrefix(message, "chart dependencies processing failed: "):
		failure.Code = wire.CodeDependency
	case manifestError.MatchString(message):
		failure.Code, found = wire.CodeManifest, yamlErrorLocation(message)
	case failed.Fallback != "":
		failure.Code, found = failed.Fallback, TemplateLocation(message)
	default:
		failure.Code = wire.CodeCluster
	}
	failure.File, failure.Line, failure.Column = found.File, found.Line, found.Column
}

func notMapping(dependency string) string {
	return fmt.Sprintf("the value %q is not a mapping: it has the values of the dependency %[1]q\nHint: make it a mapping, or leave it out", dependency)
}

func containsAny(message string, parts []string) bool {
	for _, part := range parts {
		if strings.Contains(message, part) {
			return true
		}
	}
	return false
}
