package helm3

import (
	"errors"
	"strings"

	"helm.sh/helm/v3/pkg/storage/driver"
	driverv4 "helm.sh/helm/v4/pkg/storage/driver"
)

// sentinels are errors that both Helms have, as values of their own.
var sentinels = map[error]error{
	driver.ErrReleaseNotFound:    driverv4.ErrReleaseNotFound,
	driver.ErrReleaseExists:      driverv4.ErrReleaseExists,
	driver.ErrNoDeployedReleases: driverv4.ErrNoDeployedReleases,
}

// describedError is an error of Helm 3 that has lost its cause, or whose cause has another identity
// in Helm 4.
type describedError struct {
	message string
	cause   error
}

func (e *describedError) Error() string { return e.message }
func (e *describedError) Unwrap() error { return e.cause }

// describe gives an error of one of Helm 3's actions the causes that the failure package looks for.
// The hooks' errors are those that the client has seen: Helm 3 keeps only their texts.
func describe(err error, hooks []error) error {
	if err == nil {
		return nil
	}
	for own, known := range sentinels {
		if errors.Is(err, own) {
			return &describedError{message: err.Error(), cause: known}
		}
	}
	for _, hook := range hooks {
		if !errors.Is(err, hook) && strings.Contains(err.Error(), hook.Error()) {
			return &describedError{message: err.Error(), cause: hook}
		}
	}
	return err
}
