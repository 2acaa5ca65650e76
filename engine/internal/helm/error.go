package helm

import (
	"fmt"
	"net/http"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Code says what kind of failure an Error is.
type Code string

const (
	CodeRequest         Code = "request"
	CodeLoad            Code = "load"
	CodeValues          Code = "values"
	CodeSchema          Code = "schema"
	CodeTemplate        Code = "template"
	CodeDependency      Code = "dependency"
	CodeManifest        Code = "manifest"
	CodeReleaseNotFound Code = "release-not-found"
	CodeReleaseExists   Code = "release-exists"
	CodeCluster         Code = "cluster"
	CodeHook            Code = "hook"
	CodeTimeout         Code = "timeout"
	CodeGivenUp         Code = "given-up"
	CodeCancelled       Code = "cancelled"
	CodeInternal        Code = "internal"
)

// Error is the structured error of every endpoint.
type Error struct {
	Code    Code   `json:"code"`
	Message string `json:"message"`
	// File is the place in the chart (web/templates/x.yaml), or the path of a values file.
	File string `json:"file,omitempty"`
	// Line and Column are 1-based. For the code "manifest" they count in the rendered document.
	Line     int       `json:"line,omitempty"`
	Column   int       `json:"column,omitempty"`
	Failures []Failure `json:"failures,omitempty"`
	Release  *Release  `json:"release,omitempty"`

	status int
	beside map[string]any
}

// Failure is one of the things that went wrong, with the object it concerns where that is known.
type Failure struct {
	Message string         `json:"message"`
	Object  *ObjectRef     `json:"object,omitempty"`
	Status  *metav1.Status `json:"status,omitempty"`
}

// ObjectRef names a Kubernetes object.
type ObjectRef struct {
	APIVersion string `json:"apiVersion,omitempty"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name"`
}

func (e *Error) Error() string { return e.Message }

func (e *Error) httpStatus() int {
	switch {
	case e.status != 0:
		return e.status
	case e.Code == CodeRequest:
		return http.StatusBadRequest
	case e.Code == CodeReleaseNotFound:
		return http.StatusNotFound
	case e.Code == CodeReleaseExists:
		return http.StatusConflict
	case e.Code == CodeInternal:
		return http.StatusInternalServerError
	}
	return http.StatusUnprocessableEntity
}

func requestError(format string, args ...any) *Error {
	return &Error{Code: CodeRequest, Message: fmt.Sprintf(format, args...)}
}
