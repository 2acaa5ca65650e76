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

// Serve does what upstream's PrepareRun does for a server without SkipOpenAPIInstallation: the documents and their
// paths are the same. PrepareRun builds all documents, and marshals those of version 3, because their list has a
// hash of each. Here a document is built for the first request that reads it. The list has other hashes, which
// change as rarely: a built-in resource belongs to a version of Kubernetes.
//
// It must be called when all resources are installed, and before PrepareRun. The fields OpenAPIVersionedService,
// OpenAPIV3VersionedService and StaticOpenAPISpec of the server stay nil.
func Serve(api *server.GenericAPIServer, v2 *common.Config, v3 *common.OpenAPIV3Config) error {
	return serve(api.Handler.GoRestfulContainer, api.Handler.NonGoRestfulMux, v2, v3)
}

func serve(container *restful.Container, paths *mux.PathRecorderMux, v2 *common.Config, v3 *common.OpenAPIV3Config) error {
	document := sync.OnceValue(func() http.Handler {
		installed := mux.NewPathRecorderMux("openapi v2")
		routes.OpenAPI{Config: v2}.InstallV2(container, installed)
		return installed
	})
	groups, err := newGroupVersions(container.RegisteredWebServices(), v3)
	if err != nil {
		return err
	}
	paths.Handle(pathV2, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { document().ServeHTTP(w, r) }))
	paths.Handle(pathV3, http.HandlerFunc(groups.serveList))
	paths.HandlePrefix(pathV3+"/", http.HandlerFunc(groups.serveDocument))
	return nil
}
