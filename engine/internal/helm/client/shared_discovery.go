package client

import (
	"sync/atomic"

	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/openapi"
)

// sharedDiscovery counts its invalidations, so that anything derived from it can be discarded too.
type sharedDiscovery struct {
	discovery.CachedDiscoveryInterface
	documents  *openAPIDocuments
	generation atomic.Uint64
}

func newSharedDiscovery(client discovery.DiscoveryInterface) *sharedDiscovery {
	return &sharedDiscovery{
		CachedDiscoveryInterface: memory.NewMemCacheClient(client),
		documents:                newOpenAPIDocuments(client.OpenAPIV3()),
	}
}

func (d *sharedDiscovery) Invalidate() {
	d.CachedDiscoveryInterface.Invalidate()
	d.generation.Add(1)
}

// OpenAPIV3 survives an invalidation: the addresses of its documents contain a hash of their
// content.
func (d *sharedDiscovery) OpenAPIV3() openapi.Client { return d.documents }
