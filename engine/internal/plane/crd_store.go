package plane

import (
	"context"
	"strconv"

	clientv3 "go.etcd.io/etcd/client/v3"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// etcdCRDs are the definitions and custom resources in etcd. Of a request to the API server, most is the work of
// decoding, validating and encoding the whole definition, several times.
type etcdCRDs struct{ client *clientv3.Client }

func (e etcdCRDs) hasObjects(ctx context.Context, kind schema.GroupResource) (bool, error) {
	prefix := storagePrefix + "/" + kind.Group + "/" + kind.Resource + "/"
	answer, err := e.client.Get(ctx, prefix, clientv3.WithPrefix(), clientv3.WithCountOnly())
	return err != nil || answer.Count > 0, err
}

func (e etcdCRDs) remove(ctx context.Context, definition *apiextensionsv1.CustomResourceDefinition) error {
	version, err := strconv.ParseInt(definition.ResourceVersion, 10, 64)
	if err != nil {
		return err
	}
	key := storagePrefix + "/" + apiextensionsv1.GroupName + "/customresourcedefinitions/" + definition.Name
	_, err = e.client.Txn(ctx).If(clientv3.Compare(clientv3.ModRevision(key), "=", version)).Then(clientv3.OpDelete(key)).Commit()
	return err
}
