package plane

import (
	"context"
	"fmt"
	"slices"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	corev1 "k8s.io/api/core/v1"
	flowcontrolv1 "k8s.io/api/flowcontrol/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	schedulingapi "k8s.io/api/scheduling/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/uuid"
	flowcontrol "k8s.io/apiserver/pkg/apis/flowcontrol/bootstrap"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	schedulingv1 "k8s.io/kubernetes/pkg/apis/scheduling/v1"
	"k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac/bootstrappolicy"
)

const storagePrefix = "/registry"

// etcd refuses a transaction of more operations than this by default (--max-txn-ops).
const maxTransactionOperations = 128

type kubeObject interface {
	runtime.Object
	metav1.Object
}

type storedObject struct {
	key   string
	group schema.GroupVersion
	value runtime.Object
}

// seed writes the RBAC bootstrap policy, the system priority classes, the configuration of priority and fairness
// and more objects directly to the store, before the API server starts. The API server's own post-start hooks
// would write the same policy object by object, after waits of up to a second. Upstream's controllers create the
// rest (aggregation, quota, namespaces).
func seed(ctx context.Context, client *clientv3.Client, more []runtime.Object) error {
	objects, err := seedObjects(more)
	if err != nil {
		return err
	}
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

func seedObjects(more []runtime.Object) ([]storedObject, error) {
	objects := bootstrapObjects()
	for _, object := range more {
		switch typed := object.(type) {
		case *corev1.Node:
			objects = append(objects, newStoredObject("/minions/"+typed.Name, corev1.SchemeGroupVersion, typed))
		case *storagev1.StorageClass:
			objects = append(objects, newStoredObject("/storageclasses/"+typed.Name, storagev1.SchemeGroupVersion, typed))
		default:
			return nil, fmt.Errorf("the key of a %T in the store is not known", object)
		}
	}
	return objects, nil
}

func newStoredObject(key string, group schema.GroupVersion, object kubeObject) storedObject {
	object.SetUID(uuid.NewUUID())
	object.SetCreationTimestamp(metav1.NewTime(time.Now().Truncate(time.Second)))
	return storedObject{key: key, group: group, value: object}
}

func bootstrapObjects() []storedObject {
	var objects []storedObject
	add := func(key string, group schema.GroupVersion, object kubeObject) {
		object.SetGeneration(0)
		objects = append(objects, newStoredObject(key, group, object))
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
	return append(objects, flowControlObjects()...)
}

func flowControlObjects() []storedObject {
	var objects []storedObject
	for _, level := range slices.Concat(flowcontrol.MandatoryPriorityLevelConfigurations, flowcontrol.SuggestedPriorityLevelConfigurations) {
		level = level.DeepCopy()
		level.SetGeneration(1)
		objects = append(objects, newStoredObject("/prioritylevelconfigurations/"+level.Name, flowcontrolv1.SchemeGroupVersion, level))
	}
	for _, flow := range slices.Concat(flowcontrol.MandatoryFlowSchemas, flowcontrol.SuggestedFlowSchemas) {
		flow = flow.DeepCopy()
		flow.SetGeneration(1)
		objects = append(objects, newStoredObject("/flowschemas/"+flow.Name, flowcontrolv1.SchemeGroupVersion, flow))
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
