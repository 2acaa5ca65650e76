package failure

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
	release "helm.sh/helm/v4/pkg/release/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"seatrial/engine/internal/helm/wire"
)

// The largest parts of a release record that a message names.
const namedParts = 5

// RecordError is a release record that the API server did not store because of its size.
type RecordError struct {
	Err     error
	Key     string
	Release *release.Release
}

func (e *RecordError) Error() string {
	return fmt.Sprintf("Helm's own record of the release, the Secret %q, could not be stored: %v", e.Key, e.Err)
}

func (e *RecordError) Unwrap() error { return e.Err }

// OfRecord describes an error of storing a release when its size is the cause.
func OfRecord(err error, key string, rel *release.Release) error {
	if err == nil || rel == nil || !isTooLarge(err) {
		return err
	}
	return &RecordError{Err: err, Key: key, Release: rel}
}

func isTooLarge(err error) bool {
	var answered apierrors.APIStatus
	if !errors.As(err, &answered) {
		return false
	}
	status := answered.Status()
	return status.Code == http.StatusRequestEntityTooLarge || strings.Contains(status.Message, "Too long: may not be more than") ||
		strings.Contains(status.Message, "request is too large") || strings.Contains(status.Message, "message larger than max")
}

// failures has one failure, about the record and what is large in it.
func (e *RecordError) failures() []wire.Failure {
	size := base64.StdEncoding.EncodedLen(len(zipped(e.Release)))
	message := fmt.Sprintf("Helm's own record of the release has %d bytes, and a Secret can have at most %d bytes of data: "+
		"the record contains the whole chart and the rendered manifest, compressed", size, corev1.MaxSecretSize)
	if parts := largestParts(e.Release); len(parts) > 0 {
		message += "; the largest parts are " + strings.Join(parts, ", ")
	}
	failure := wire.Failure{
		Message: message,
		Reason:  "ReleaseRecordTooLarge",
		Hint: "list files that no template reads in .helmignore, render fewer or smaller objects, " +
			"or split the chart into several charts",
		Object: &wire.ObjectRef{APIVersion: "v1", Kind: "Secret", Namespace: e.Release.Namespace, Name: e.Key},
	}
	var answered apierrors.APIStatus
	if errors.As(e.Err, &answered) {
		status := answered.Status()
		failure.Status = &status
	}
	return []wire.Failure{failure}
}

// zipped is the record as Helm's storage driver compresses it.
func zipped(value any) []byte {
	body, err := json.Marshal(value)
	if err != nil {
		return nil
	}
	var buffer bytes.Buffer
	writer, err := gzip.NewWriterLevel(&buffer, gzip.BestCompression)
	if err != nil {
		return nil
	}
	_, _ = writer.Write(body)
	_ = writer.Close()
	return buffer.Bytes()
}

type recordPart struct {
	name        string
	size, share int
}

// largestParts names what takes the most space in a record.
func largestParts(rel *release.Release) []string {
	parts := []recordPart{{"the rendered manifest", len(rel.Manifest), len(zipped(rel.Manifest))}}
	for _, hook := range rel.Hooks {
		parts = append(parts, recordPart{"the hook " + hook.Kind + "/" + hook.Name, len(hook.Manifest), len(zipped(hook.Manifest))})
	}
	parts = append(parts, recordPart{"the values of this installation", len(jsonOf(rel.Config)), len(zipped(rel.Config))})
	if rel.Chart != nil {
		parts = append(parts, chartParts(rel.Chart)...)
	}
	slices.SortStableFunc(parts, func(a, b recordPart) int { return b.share - a.share })
	var names []string
	for _, part := range parts[:min(namedParts, len(parts))] {
		if part.share > corev1.MaxSecretSize/100 {
			names = append(names, fmt.Sprintf("%s (%d bytes, %d compressed)", part.name, part.size, part.share))
		}
	}
	return names
}

func chartParts(chrt *chartv2.Chart) []recordPart {
	directory := chrt.ChartFullPath() + "/"
	var parts []recordPart
	for _, file := range slices.Concat(chrt.Templates, chrt.Files) {
		parts = append(parts, recordPart{directory + file.Name, len(file.Data), len(zipped(file.Data))})
	}
	parts = append(parts, recordPart{directory + "values.yaml", len(jsonOf(chrt.Values)), len(zipped(chrt.Values))})
	parts = append(parts, recordPart{directory + "values.schema.json", len(chrt.Schema), len(zipped(chrt.Schema))})
	for _, dependency := range chrt.Dependencies() {
		parts = append(parts, chartParts(dependency)...)
	}
	return parts
}

func jsonOf(value any) []byte {
	body, _ := json.Marshal(value)
	return body
}
