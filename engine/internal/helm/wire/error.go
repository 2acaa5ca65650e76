package wire

import (
	"fmt"
	"net/http"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Code says what kind of failure an Error is.
type Code string

const (
	CodeRequest  Code = "request"
	CodeLoad     Code = "load"
	CodeValues   Code = "values"
	CodeSchema   Code = "schema"
	CodeTemplate Code = "template"
	// CodeFail is a template that calls `fail`, or `required` without a value: the chart itself
	// says that it needs something else.
	CodeFail Code = "fail"
	// CodeKubeVersion is a chart whose kubeVersion excludes the version of the cluster.
	CodeKubeVersion     Code = "kube-version"
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

// Codes are all codes.
var Codes = []Code{
	CodeRequest, CodeLoad, CodeValues, CodeSchema, CodeTemplate, CodeFail, CodeKubeVersion, CodeDependency, CodeManifest,
	CodeReleaseNotFound, CodeReleaseExists, CodeCluster, CodeHook, CodeTimeout, CodeGivenUp, CodeCancelled, CodeInternal,
}

// Error is the structured error of every endpoint.
type Error struct {
	Code    Code   `json:"code"`
	Message string `json:"message"`
	// File is the file in the chart (web/templates/x.yaml), or the path of a values file.
	File string `json:"file,omitempty"`
	// Line and Column are 1-based. For the code "manifest" they refer to the rendered document.
	Line     int       `json:"line,omitempty"`
	Column   int       `json:"column,omitempty"`
	Failures []Failure `json:"failures,omitempty"`
	Release  *Release  `json:"release,omitempty"`

	// Cause is the error that this one describes, if any.
	Cause error `json:"-"`
	// Status is the HTTP status when the code alone does not decide it.
	Status int `json:"-"`
	// Body is the body of a response that carries this error, when it has further fields next to
	// "error".
	Body any `json:"-"`
}

// Failure is one thing that went wrong, with the object that it concerns where that is known.
type Failure struct {
	Message string         `json:"message"`
	Object  *ObjectRef     `json:"object,omitempty"`
	Status  *metav1.Status `json:"status,omitempty"`
	// Ends are the failed ends of a hook's containers, such as "container app exited with 3".
	Ends []string `json:"ends,omitempty"`
	// Reason is a CamelCase word for programs, where Status has none.
	Reason string `json:"reason,omitempty"`
	Hint   string `json:"hint,omitempty"`
}

// ObjectRef names a Kubernetes object.
type ObjectRef struct {
	APIVersion string `json:"apiVersion,omitempty"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name"`
}

func (e *Error) Error() string { return e.Message }

// Unwrap returns the error that this one describes.
func (e *Error) Unwrap() error { return e.Cause }

// HTTPStatus is the status of a response that carries this error.
func (e *Error) HTTPStatus() int {
	switch {
	case e.Status != 0:
		return e.Status
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

// HTTPBody is the body of a response that carries this error.
func (e *Error) HTTPBody() any {
	if e.Body != nil {
		return e.Body
	}
	return ErrorBody{Error: e}
}

// ErrorBody is the body of a response with an error.
type ErrorBody struct {
	Error *Error `json:"error"`
}

// RequestError is a request that the caller has to change.
func RequestError(format string, args ...any) *Error {
	return &Error{Code: CodeRequest, Message: fmt.Sprintf(format, args...)}
}
