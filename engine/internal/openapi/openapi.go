// Package openapi serves the OpenAPI documents of an API server's built-in resources without delaying its start.
package openapi

import (
	"net/http"
	"sync"

	"github.com/emicklei/go-restful/v3"
	"k8s.io/apiserver/pkg/server"
	"k8s.io/apiserver/pkg/server/mux"
	"k8s.io/apiserver/pkg/server/routes"
	"k8s.io/kube-openapi/pkg/common"
)

const (
	pathV2 = "/openapi/v2"
	pathV3 = "/openapi/v3"
)

// Serve does what upstream's PrepareRun does for a server without SkipOpenAPIInstallation: the documents, their
// paths and their hashes are the same. PrepareRun builds one document after the other. Here the document of
// version 2 is built for the first request that reads it, and the documents of version 3 are built and
// marshalled while the start continues. A request waits for its document.
//
// It must be called when all resources are installed, and before PrepareRun. The fields OpenAPIVersionedService,
// OpenAPIV3VersionedService and StaticOpenAPISpec of the server stay nil.
func Serve(api *server.GenericAPIServer, v2 *common.Config, v3 *common.OpenAPIV3Config) {
	serve(api.Handler.GoRestfulContainer, api.Handler.NonGoRestfulMux, v2, v3)
}

func serve(container *restful.Container, paths *mux.PathRecorderMux, v2 *common.Config, v3 *common.OpenAPIV3Config) {
	documentV2 := sync.OnceValue(func() http.Handler {
		installed := mux.NewPathRecorderMux("openapi v2")
		routes.OpenAPI{Config: v2}.InstallV2(container, installed)
		return installed
	})
	documentsV3 := sync.OnceValue(func() http.Handler {
		installed := mux.NewPathRecorderMux("openapi v3")
		service := routes.OpenAPI{V3Config: v3}.InstallV3(container, installed)
		marshalAll(service.HandleDiscovery)
		return installed
	})
	paths.Handle(pathV2, later(documentV2))
	paths.Handle(pathV3, later(documentsV3))
	paths.HandlePrefix(pathV3+"/", later(documentsV3))
	go documentsV3()
}

func later(documents func() http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { documents().ServeHTTP(w, r) })
}

// marshalAll asks for the list of documents. It has the hash of each, so upstream marshals all of them, several at a
// time, and keeps the results.
func marshalAll(discovery http.HandlerFunc) {
	request, err := http.NewRequest(http.MethodGet, pathV3, nil)
	if err == nil {
		discovery(discard{http.Header{}}, request)
	}
}

// discard is a response that nobody reads.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}
