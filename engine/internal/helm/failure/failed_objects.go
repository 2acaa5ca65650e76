package failure

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"seatrial/engine/internal/helm/wire"
)

var (
	// kube.Client: "… object ns/name apps/v1, Kind=Deployment: …"
	appliedObject = regexp.MustCompile(`object ([^\s/]*)/(\S+) (\S*), Kind=(\w+)`)
	// resource.Info in action/validate.go: `Service "web" in namespace "ns" exists and …`
	existingObject = regexp.MustCompile(`(\w+) "([^"]+)" in namespace "([^"]*)"`)
	// The status waiter: "resource Deployment/ns/name not ready. …" and "… still exists. …"
	waitedObject = regexp.MustCompile(`resource (\w+)/([^/\s]*)/(\S+) (?:not ready|still exists)\.`)
	// cli-runtime: `resource mapping not found for name: "x" namespace: "" from "": no matches for
	// kind "Foo" in version "g/v1"`
	unmappedObject = regexp.MustCompile(`resource mapping not found for name: "([^"]*)" namespace: "([^"]*)" from "[^"]*": no matches for kind "(\w+)" in version "([^"]+)"`)
	patchedObject  = regexp.MustCompile(`cannot patch "([^"]+)" with kind (\w+)`)
)

// deleteErrors is a client that keeps the errors that Helm drops.
type deleteErrors interface{ DeleteErrors() []error }

// failuresOf lists the separate things that went wrong: one for each answer of the API server, or
// else one for each object that the message names.
func failuresOf(err error, failed Action) []wire.Failure {
	errs := []error{err}
	if failed.Config != nil {
		if observed, ok := failed.Config.KubeClient.(deleteErrors); ok {
			// "failed to delete release" says neither what nor why.
			errs = append(errs, observed.DeleteErrors()...)
		}
	}
	manifest := newManifestIndex(failed.Release)
	var failures []wire.Failure
	seen := map[string]bool{}
	for _, branch := range errs {
		for _, leaf := range leaves(branch) {
			for _, failure := range failuresOfLeaf(leaf) {
				if !seen[failure.Message] {
					seen[failure.Message] = true
					manifest.complete(failure.Object)
					failures = append(failures, failure)
				}
			}
		}
	}
	return failures
}

// leaves splits joined and aggregated errors. A leaf keeps the text around it up to the point where
// it was joined with others.
func leaves(err error) []error {
	for current := err; current != nil; {
		var branches []error
		switch joined := current.(type) {
		case interface{ Unwrap() []error }:
			branches = joined.Unwrap()
		case interface{ Errors() []error }:
			branches = joined.Errors()
		}
		switch len(branches) {
		case 0:
			current = errors.Unwrap(current)
		case 1:
			current = branches[0]
		default:
			var found []error
			for _, branch := range branches {
				found = append(found, leaves(branch)...)
			}
			return found
		}
	}
	return []error{err}
}

func failuresOfLeaf(err error) []wire.Failure {
	message := err.Error()
	var answered apierrors.APIStatus
	if errors.As(err, &answered) {
		status := answered.Status()
		return []wire.Failure{{Message: message, Object: objectOf(message, &status), Status: &status}}
	}
	if unknown, ok := errors.AsType[*meta.NoKindMatchError](err); ok && !unmappedObject.MatchString(message) {
		object := &wire.ObjectRef{Kind: unknown.GroupKind.Kind}
		return []wire.Failure{{Message: message, Object: object}}
	}
	if all := unmappedObject.FindAllStringSubmatch(message, -1); all != nil {
		var failures []wire.Failure
		for _, match := range all {
			failures = append(failures, wire.Failure{
				Message: fmt.Sprintf("no matches for kind %q in version %q", match[3], match[4]),
				Object:  &wire.ObjectRef{APIVersion: match[4], Kind: match[3], Namespace: match[2], Name: match[1]},
			})
		}
		return failures
	}
	if object := objectOf(message, nil); object != nil {
		return []wire.Failure{{Message: message, Object: object}}
	}
	return nil
}

// objectOf finds the object that an error is about, first in Helm's text, which is more exact, then
// in the API server's.
func objectOf(message string, status *metav1.Status) *wire.ObjectRef {
	if match := appliedObject.FindStringSubmatch(message); match != nil {
		return &wire.ObjectRef{APIVersion: strings.TrimPrefix(match[3], "/"), Kind: match[4], Namespace: match[1], Name: match[2]}
	}
	if match := waitedObject.FindStringSubmatch(message); match != nil {
		return &wire.ObjectRef{Kind: match[1], Namespace: match[2], Name: match[3]}
	}
	if match := patchedObject.FindStringSubmatch(message); match != nil {
		return &wire.ObjectRef{Kind: match[2], Name: match[1]}
	}
	if match := existingObject.FindStringSubmatch(message); match != nil {
		return &wire.ObjectRef{Kind: match[1], Namespace: match[3], Name: match[2]}
	}
	if status != nil && status.Details != nil && status.Details.Kind != "" && status.Details.Name != "" {
		return &wire.ObjectRef{Kind: status.Details.Kind, Name: status.Details.Name}
	}
	return nil
}

// nameKind writes the kind where the API server wrote its resource ("namespaces").
func nameKind(failure *wire.Failure, mapper meta.RESTMapper) {
	if failure.Object == nil || failure.Object.APIVersion != "" || failure.Status == nil || failure.Status.Details == nil {
		return
	}
	details := failure.Status.Details
	if kind, err := mapper.KindFor(schema.GroupVersionResource{Group: details.Group, Resource: details.Kind}); err == nil {
		failure.Object.APIVersion, failure.Object.Kind = kind.GroupVersion().String(), kind.Kind
		return
	}
	if mapping, err := mapper.RESTMapping(schema.GroupKind{Group: details.Group, Kind: details.Kind}); err == nil {
		failure.Object.APIVersion = mapping.GroupVersionKind.GroupVersion().String()
	}
}

func hookFailures(hook *HookError) []wire.Failure {
	var failures []wire.Failure
	for _, object := range hook.Objects {
		failures = append(failures, wire.Failure{Message: hook.Error(), Object: &object, Ends: hook.Ends})
	}
	return failures
}
