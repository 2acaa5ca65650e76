package client

import (
	"sync"

	"k8s.io/client-go/openapi"
)

// openAPIDocuments caches OpenAPI documents. Their addresses contain a hash of their content, so
// only the list of documents has to be fetched again.
type openAPIDocuments struct {
	client    openapi.Client
	documents sync.Map
}

func newOpenAPIDocuments(client openapi.Client) *openAPIDocuments {
	return &openAPIDocuments{client: client}
}

func (c *openAPIDocuments) Paths() (map[string]openapi.GroupVersion, error) {
	paths, err := c.client.Paths()
	if err != nil {
		return nil, err
	}
	cached := make(map[string]openapi.GroupVersion, len(paths))
	for path, groupVersion := range paths {
		cached[path] = &cachedDocument{GroupVersion: groupVersion, cache: c}
	}
	return cached, nil
}

type cachedDocument struct {
	openapi.GroupVersion
	cache *openAPIDocuments
}

func (s *cachedDocument) Schema(contentType string) ([]byte, error) {
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
