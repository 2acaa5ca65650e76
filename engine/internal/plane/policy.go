package plane

import (
	"context"
	"fmt"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	rbacv1 "k8s.io/api/rbac/v1"
	schedulingapi "k8s.io/api/scheduling/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/uuid"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	schedulingv1 "k8s.io/kubernetes/pkg/apis/scheduling/v1"
	"k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac/bootstrappolicy"
)

const storagePrefix = "/registry"

// etcd refuses a transaction of more operations than this by default (--max-txn-ops).
const maxTransactionOperations = 128

type storedObject struct {
	key   string
	group schema.GroupVersion
	value runtime.Object
}

// seedPolicy writes the RBAC bootstrap policy and the system priority classes straight into the store, before the API server
// starts. The API server's own post-start hooks write the same objects, one by one, after a first wait of one second each.
// What is not seeded here (aggregation, quota, namespaces) is left to upstream's controllers.
func seedPolicy(ctx context.Context, client *clientv3.Client) error {
	objects := bootstrapObjects()
	operations := make([]clientv3.Op, 0, len(objects))
	for _, object := range objects {
		encoded, err := encodeForStorage(object)
		if err != nil {
			return fmt.Errorf("unable to encode %s: %w", object.key, err)
		}
		operations = append(operations, clientv3.OpPut(storagePrefix+object.key, string(encoded)))
	}
	for start := 0; start < len(operations); start += maxTransactionOperations {
		end := min(start+maxTransactionOperations, len(operations))
		if _, err := client.Txn(ctx).Then(operations[start:end]...).Commit(); err != nil {
			return fmt.Errorf("unable to write the bootstrap policy: %w", err)
		}
	}
	return nil
}

func bootstrapObjects() []storedObject {
	var objects []storedObject
	add := func(key string, group schema.GroupVersion, object interface {
		runtime.Object
		metav1.Object
	}) {
		object.SetUID(uuid.NewUUID())
		object.SetCreationTimestamp(metav1.NewTime(time.Now().Truncate(time.Second)))
		object.SetGeneration(0)
		objects = append(objects, storedObject{key: key, group: group, value: object})
	}
	clusterRoles := append(bootstrappolicy.ClusterRoles(), bootstrappolicy.ControllerRoles()...)
	for i := range clusterRoles {
		add("/clusterroles/"+clusterRoles[i].Name, rbacv1.SchemeGroupVersion, &clusterRoles[i])
	}
	clusterRoleBindings := append(bootstrappolicy.ClusterRoleBindings(), bootstrappolicy.ControllerRoleBindings()...)
	for i := range clusterRoleBindings {
		add("/clusterrolebindings/"+clusterRoleBindings[i].Name, rbacv1.SchemeGroupVersion, &clusterRoleBindings[i])
	}
	for namespace, roles := range bootstrappolicy.NamespaceRoles() {
		for i := range roles {
			add("/roles/"+namespace+"/"+roles[i].Name, rbacv1.SchemeGroupVersion, &roles[i])
		}
	}
	for namespace, bindings := range bootstrappolicy.NamespaceRoleBindings() {
		for i := range bindings {
			add("/rolebindings/"+namespace+"/"+bindings[i].Name, rbacv1.SchemeGroupVersion, &bindings[i])
		}
	}
	for _, class := range schedulingv1.SystemPriorityClasses() {
		class.SetGeneration(1)
		add("/priorityclasses/"+class.Name, schedulingapi.SchemeGroupVersion, class)
	}
	return objects
}

func encodeForStorage(object storedObject) ([]byte, error) {
	info, ok := runtime.SerializerInfoForMediaType(legacyscheme.Codecs.SupportedMediaTypes(), runtime.ContentTypeProtobuf)
	if !ok {
		return nil, fmt.Errorf("no protobuf serializer")
	}
	return runtime.Encode(legacyscheme.Codecs.EncoderForVersion(info.Serializer, object.group), object.value)
}
