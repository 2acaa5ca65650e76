package openapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emicklei/go-restful/v3"
	"k8s.io/apiserver/pkg/server/mux"
	"k8s.io/apiserver/pkg/server/routes"
	"k8s.io/kube-openapi/pkg/common"
	"k8s.io/kube-openapi/pkg/handler3"
)

// groupVersions are the documents of version 3, one for each group and version, such as "apis/apps/v1".
type groupVersions struct {
	documents map[string]document
	list      []byte
	created   time.Time
}

type document struct {
	hash string
	// handler builds the document when it is called first.
	handler func() http.Handler
}

func newGroupVersions(services []*restful.WebService, config *common.OpenAPIV3Config) (*groupVersions, error) {
	groups := &groupVersions{documents: map[string]document{}, created: time.Now()}
	discovery := handler3.OpenAPIV3Discovery{Paths: map[string]handler3.OpenAPIV3DiscoveryGroupVersion{}}
	for _, service := range services {
		name := strings.TrimPrefix(service.RootPath(), "/")
		hash := hashOf([]byte(config.Info.Version + " " + name))
		groups.documents[name] = document{hash, sync.OnceValue(func() http.Handler { return build(service, config) })}
		address := url.URL{Path: pathV3 + "/" + name, RawQuery: url.Values{"hash": {hash}}.Encode()}
		discovery.Paths[name] = handler3.OpenAPIV3DiscoveryGroupVersion{ServerRelativeURL: address.String()}
	}
	var err error
	groups.list, err = json.Marshal(discovery)
	return groups, err
}

func build(service *restful.WebService, config *common.OpenAPIV3Config) http.Handler {
	installed := mux.NewPathRecorderMux("openapi v3")
	routes.OpenAPI{V3Config: config}.InstallV3(restful.NewContainer().Add(service), installed)
	return installed
}

func (g *groupVersions) serveList(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Etag", strconv.Quote(hashOf(g.list)))
	w.Header().Set("Content-Type", "application/json")
	http.ServeContent(w, r, pathV3, g.created, bytes.NewReader(g.list))
}

// serveDocument answers the address of the list without upstream's redirection to its own hash.
func (g *groupVersions) serveDocument(w http.ResponseWriter, r *http.Request) {
	found, ok := g.documents[strings.TrimPrefix(r.URL.Path, pathV3+"/")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	query := r.URL.Query()
	if query.Get("hash") == found.hash {
		query.Del("hash")
		r = r.Clone(r.Context())
		r.URL.RawQuery = query.Encode()
	}
	found.handler().ServeHTTP(w, r)
}

func hashOf(content []byte) string {
	hash := sha256.Sum256(content)
	return strings.ToUpper(hex.EncodeToString(hash[:]))
}
