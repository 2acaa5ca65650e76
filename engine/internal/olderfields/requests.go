package olderfields

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/endpoints/handlers/responsewriters"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/warning"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/yaml"
)

// Upstream's limit for the body of a write; it refuses a larger one.
const maxBodyBytes = 3 * 1024 * 1024

// Refuse treats the fields in the body of a write as upstream treats unknown ones: an error with fieldValidation=Strict,
// a warning by default, and nothing with Ignore; the last two leave the fields out. Server-side apply is passed on: it
// reads objects by the schemas, see RemoveFrom. Bodies in protobuf, which only clients with the types of this binary
// send, are passed on, too.
func (f Fields) Refuse(next http.Handler) http.Handler {
	if len(f) == 0 {
		return next
	}
	kinds := f.kinds(scheme.Scheme)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if write, ok := kinds.writeOf(r); ok {
			if err := f.handle(write, r); err != nil {
				responsewriters.ErrorNegotiated(err, scheme.Codecs, write.kind.GroupVersion(), w, r)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// write is a request whose body may have one of the fields.
type write struct {
	typed
	isPatch bool
	isYAML  bool
}

func (k kinds) writeOf(r *http.Request) (write, bool) {
	info, ok := request.RequestInfoFrom(r.Context())
	if !ok || info.Subresource != "" {
		return write{}, false
	}
	found, ok := k[schema.GroupVersionResource{Group: info.APIGroup, Version: info.APIVersion, Resource: info.Resource}]
	if !ok {
		return write{}, false
	}
	contentType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		contentType = runtime.ContentTypeJSON
	}
	switch info.Verb {
	case "create", "update":
		isYAML := contentType == runtime.ContentTypeYAML
		return write{found, false, isYAML}, isYAML || contentType == runtime.ContentTypeJSON
	case "patch":
		patch := types.PatchType(contentType)
		return write{found, true, false}, patch == types.MergePatchType || patch == types.StrategicMergePatchType
	}
	return write{}, false
}

// handle returns the error to answer with. Otherwise, the request has a body without the fields.
func (f Fields) handle(write write, r *http.Request) error {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBodyBytes+1))
	if err != nil {
		return apierrors.NewBadRequest(err.Error())
	}
	r.Body = withRest(body, r.Body)
	text := body
	if write.isYAML {
		if text, err = yaml.YAMLToJSON(body); err != nil {
			return nil // Upstream says why.
		}
	}
	object := map[string]any{}
	if err := utiljson.Unmarshal(text, &object); err != nil {
		return nil
	}
	paths := f.prune(object, write.of)
	if len(paths) == 0 {
		return nil
	}
	errs := make([]error, len(paths))
	for index, path := range paths {
		errs[index] = fmt.Errorf("unknown field %q", path)
	}
	switch fieldValidation(r.URL.Query()) {
	case metav1.FieldValidationStrict:
		return write.refusal(runtime.NewStrictDecodingError(errs), text)
	case metav1.FieldValidationWarn:
		for _, err := range errs {
			warning.AddWarning(r.Context(), "", err.Error())
		}
	}
	return replaceBody(r, object, write)
}

// refusal is upstream's error for unknown fields.
func (w write) refusal(strict error, body []byte) error {
	if w.isPatch {
		problem := field.Invalid(field.NewPath("patch"), string(body), strict.Error())
		return apierrors.NewInvalid(schema.GroupKind{}, "", field.ErrorList{problem})
	}
	return apierrors.NewBadRequest(
		fmt.Sprintf("%s in version %q cannot be handled as a %s: %v", w.kind.Kind, w.kind.Version, w.kind.Kind, strict))
}

func fieldValidation(query url.Values) string {
	if asked := query.Get("fieldValidation"); asked != "" {
		return asked
	}
	return metav1.FieldValidationWarn
}

func replaceBody(r *http.Request, object map[string]any, write write) error {
	text, err := json.Marshal(object)
	if err != nil {
		return apierrors.NewInternalError(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(text))
	r.ContentLength = int64(len(text))
	r.Header.Set("Content-Length", strconv.Itoa(len(text)))
	if write.isYAML {
		r.Header.Set("Content-Type", runtime.ContentTypeJSON)
	}
	return nil
}

// withRest is a body of which the beginning has been read.
func withRest(read []byte, rest io.ReadCloser) io.ReadCloser {
	return struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(read), rest), rest}
}
