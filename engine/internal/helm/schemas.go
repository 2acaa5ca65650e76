package helm

import (
	"sync"

	"k8s.io/client-go/openapi"
)

// schemaCache keeps OpenAPI documents. Their addresses carry a hash of their
// content, so only the list of them has to be fetched again.
type schemaCache struct {
	client    openapi.Client
	documents sync.Map
}

func newSchemaCache(client openapi.Client) *schemaCache { return &schemaCache{client: client} }

func (c *schemaCache) Paths() (map[string]openapi.GroupVersion, error) {
	paths, err := c.client.Paths()
	if err != nil {
		return nil, err
	}
	cached := make(map[string]openapi.GroupVersion, len(paths))
	for path, groupVersion := range paths {
		cached[path] = &cachedSchema{GroupVersion: groupVersion, cache: c}
	}
	return cached, nil
}

type cachedSchema struct {
	openapi.GroupVersion
	cache *schemaCache
}

func (s *cachedSchema) Schema(contentType string) ([]byte, error) {
	key := contentType + " " + s.ServerRelativeURL()
	if document, ok := s.cache.documents.Load(key); ok {
		return document.([]byte), nil
	}
	document, err := s.GroupVersion.Schema(contentType)
	if err == nil {
		s.cache.documents.Store(key, document)
	}
	return document, err
}
