package plane

import (
	"context"
	"strconv"

	clientv3 "go.etcd.io/etcd/client/v3"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	apiregistrationv1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
)

// Resource is a kind as the API server serves it.
type Resource struct {
	Group string `json:"group"`
	// Plural is the name in paths, such as "deployments".
	Plural       string `json:"plural"`
	IsNamespaced bool   `json:"isNamespaced"`
}

// objectStore is etcd with the objects of the API server. Of a request to the API server, most is the work of
// decoding, validating and encoding whole objects, several times.
type objectStore struct {
	client *clientv3.Client
	// prefixOf returns where upstream stores the objects of one of its own kinds, such as "minions" for nodes.
	prefixOf func(schema.GroupResource) string
}

// withObjects returns those of the resources that have objects in the namespace or, if they are cluster-scoped,
// that have objects at all. A resource that is not stored in this etcd, because another API server serves it, is
// among them.
func (s objectStore) withObjects(ctx context.Context, namespace string, resources []Resource) ([]Resource, error) {
	found := []Resource{}
	for _, resource := range resources {
		prefix, isStored, err := s.find(ctx, schema.GroupResource{Group: resource.Group, Resource: resource.Plural})
		if err != nil {
			return nil, err
		}
		if resource.IsNamespaced {
			prefix += namespace + "/"
		}
		mayExist := true
		if isStored {
			if mayExist, err = s.exists(ctx, prefix, clientv3.WithPrefix()); err != nil {
				return nil, err
			}
		}
		if mayExist {
			found = append(found, resource)
		}
	}
	return found, nil
}

// find returns the prefix of the keys of a kind, and whether its objects are stored here.
func (s objectStore) find(ctx context.Context, kind schema.GroupResource) (prefix string, isStored bool, err error) {
	switch {
	case kind.Group == apiextensionsv1.GroupName || kind.Group == apiregistrationv1.GroupName:
		return customPrefix(kind), true, nil
	case legacyscheme.Scheme.IsGroupRegistered(kind.Group):
		// The API server does not serve definitions in a group of its own.
		return storagePrefix + "/" + s.prefixOf(kind) + "/", true, nil
	default:
		isDefined, err := s.exists(ctx, definitionKey(kind.String()))
		return customPrefix(kind), isDefined, err
	}
}

func (s objectStore) exists(ctx context.Context, key string, options ...clientv3.OpOption) (bool, error) {
	answer, err := s.client.Get(ctx, key, append(options, clientv3.WithCountOnly())...)
	if err != nil {
		return false, err
	}
	return answer.Count > 0, nil
}

func (s objectStore) hasCustomObjects(ctx context.Context, kind schema.GroupResource) (bool, error) {
	found, err := s.exists(ctx, customPrefix(kind), clientv3.WithPrefix())
	return err != nil || found, err
}

func (s objectStore) removeDefinition(ctx context.Context, definition *apiextensionsv1.CustomResourceDefinition) error {
	version, err := strconv.ParseInt(definition.ResourceVersion, 10, 64)
	if err != nil {
		return err
	}
	key := definitionKey(definition.Name)
	_, err = s.client.Txn(ctx).If(clientv3.Compare(clientv3.ModRevision(key), "=", version)).Then(clientv3.OpDelete(key)).Commit()
	return err
}

func customPrefix(kind schema.GroupResource) string {
	return storagePrefix + "/" + kind.Group + "/" + kind.Resource + "/"
}

func definitionKey(name string) string {
	return storagePrefix + "/" + apiextensionsv1.GroupName + "/customresourcedefinitions/" + name
}
