// Package takeeffect delays the responses to writes until what was written is in effect. The API server's
// admission plugins read caches that follow the store, and upstream responds some moments before they have
// the new object: whether it is in effect for the next object of a chart would depend on the load of the
// machine.
package takeeffect

import (
	"context"
	"net/http"
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/endpoints/responsewriter"
	"k8s.io/klog/v2"
)

var writes = []string{"create", "update", "patch", "delete", "deletecollection"}

// Delay delays the response to each successful write of one of the resources until wait has returned. The
// client gets the response also when wait fails.
func Delay(next http.Handler, resources []schema.GroupResource, wait func(context.Context, *request.RequestInfo) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if info, ok := request.RequestInfoFrom(r.Context()); ok && isWrite(info, resources) {
			w = responsewriter.WrapForHTTP1Or2(&delayedResponse{ResponseWriter: w, wait: func() {
				if err := wait(r.Context(), info); err != nil && r.Context().Err() == nil {
					klog.FromContext(r.Context()).Error(err, "A write may take effect later", "resource", info.Resource, "name", info.Name)
				}
			}})
		}
		next.ServeHTTP(w, r)
	})
}

func isWrite(info *request.RequestInfo, resources []schema.GroupResource) bool {
	resource := schema.GroupResource{Group: info.APIGroup, Resource: info.Resource}
	return slices.Contains(writes, info.Verb) && slices.Contains(resources, resource)
}

// delayedResponse waits before the first byte of a successful response.
type delayedResponse struct {
	http.ResponseWriter
	wait    func()
	started bool
}

func (r *delayedResponse) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *delayedResponse) WriteHeader(code int) {
	if !r.started && code < http.StatusMultipleChoices {
		r.wait()
	}
	r.started = true
	r.ResponseWriter.WriteHeader(code)
}

func (r *delayedResponse) Write(data []byte) (int, error) {
	if !r.started {
		r.WriteHeader(http.StatusOK)
	}
	return r.ResponseWriter.Write(data)
}
