package webhook

import (
	"context"
	"sync"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/client/clientset/clientset"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
)

// crdNames are the names of CustomResourceDefinitions by kind: a conversion review has only the kind.
type crdNames struct {
	mutex  sync.Mutex
	client apiextensions.Interface
	names  map[schema.GroupKind]string
}

func newCRDNames() *crdNames { return &crdNames{names: map[schema.GroupKind]string{}} }

func (c *crdNames) connect(config *rest.Config) error {
	client, err := apiextensions.NewForConfig(config)
	if err != nil {
		return err
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.client = client
	return nil
}

// find returns the name of the CustomResourceDefinition, or kind.group when it is not found.
func (c *crdNames) find(ctx context.Context, kind schema.GroupKind) string {
	c.mutex.Lock()
	name, isKnown := c.names[kind]
	client := c.client
	c.mutex.Unlock()
	if isKnown || client == nil {
		return nameOr(name, kind)
	}
	list, err := client.ApiextensionsV1().CustomResourceDefinitions().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nameOr("", kind)
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for i := range list.Items {
		spec := list.Items[i].Spec
		c.names[schema.GroupKind{Group: spec.Group, Kind: spec.Names.Kind}] = list.Items[i].Name
	}
	return nameOr(c.names[kind], kind)
}

func nameOr(name string, kind schema.GroupKind) string {
	if name != "" {
		return name
	}
	return kind.String()
}
