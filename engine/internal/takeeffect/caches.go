package takeeffect

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

// cachedResources are what upstream's Priority, DefaultStorageClass, DefaultIngressClass and LimitRanger
// plugins read to refuse an object or to fill in its fields.
var cachedResources = []schema.GroupVersionResource{
	{Group: "scheduling.k8s.io", Version: "v1", Resource: "priorityclasses"},
	{Group: "storage.k8s.io", Version: "v1", Resource: "storageclasses"},
	{Group: "networking.k8s.io", Version: "v1", Resource: "ingressclasses"},
	{Version: "v1", Resource: "limitranges"},
}

// Caches are the informers from which admission plugins read classes and limits.
type Caches struct {
	byResource map[schema.GroupResource]cachedResource
	client     atomic.Pointer[metadata.Interface]
}

type cachedResource struct {
	resource schema.GroupVersionResource
	indexer  cache.Indexer
}

// NewCaches returns the caches of the admission plugins. It is called before the informers start.
func NewCaches(factory informers.SharedInformerFactory) (*Caches, error) {
	caches := &Caches{byResource: map[schema.GroupResource]cachedResource{}}
	for _, resource := range cachedResources {
		informer, err := factory.ForResource(resource)
		if err != nil {
			return nil, fmt.Errorf("the admission plugins have no cache of %s: %w", resource.Resource, err)
		}
		caches.byResource[resource.GroupResource()] = cachedResource{resource, informer.Informer().GetIndexer()}
	}
	return caches, nil
}

// Connect gives the caches a client. It is called when the API server answers; writes before that are not delayed.
func (c *Caches) Connect(config *rest.Config) error {
	client, err := metadata.NewForConfig(config)
	if err != nil {
		return err
	}
	c.client.Store(&client)
	return nil
}

// Delay delays the response to each write of a class or limit until the admission plugins have read it.
func (c *Caches) Delay(next http.Handler) http.Handler {
	resources := make([]schema.GroupResource, 0, len(c.byResource))
	for resource := range c.byResource {
		resources = append(resources, resource)
	}
	return Delay(next, resources, c.wait)
}

func (c *Caches) wait(ctx context.Context, info *request.RequestInfo) error {
	client := c.client.Load()
	if client == nil {
		return nil
	}
	cached := c.byResource[schema.GroupResource{Group: info.APIGroup, Resource: info.Resource}]
	objects := (*client).Resource(cached.resource).Namespace(info.Namespace)
	return Wait(ctx, info.Resource, func(ctx context.Context) (func() bool, error) {
		list, err := objects.List(ctx, metav1.ListOptions{})
		return func() bool { return cached.include(list, info.Namespace) }, err
	})
}

// include reports whether the cache has every listed object, or a later version of it, and nothing that
// was deleted before the list.
func (c cachedResource) include(list *metav1.PartialObjectMetadataList, namespace string) bool {
	for i := range list.Items {
		if c.version(&list.Items[i]) < VersionOf(&list.Items[i]) {
			return false
		}
	}
	for _, object := range c.indexer.List() {
		known, err := meta.Accessor(object)
		if err != nil || (namespace != "" && known.GetNamespace() != namespace) || VersionOf(known) > VersionOf(list) {
			continue
		}
		isListed := slices.ContainsFunc(list.Items, func(item metav1.PartialObjectMetadata) bool {
			return item.UID == known.GetUID()
		})
		if !isListed {
			return false
		}
	}
	return true
}

// version returns the version of an object in the cache, and 0 when the cache does not have it.
func (c cachedResource) version(object *metav1.PartialObjectMetadata) uint64 {
	found, ok, err := c.indexer.GetByKey(cache.MetaObjectToName(object).String())
	if err != nil || !ok {
		return 0
	}
	known, err := meta.Accessor(found)
	if err != nil || known.GetUID() != object.UID {
		return 0
	}
	return VersionOf(known)
}
