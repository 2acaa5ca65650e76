package stages

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/klog/v2"
	"sigs.k8s.io/kwok/pkg/utils/lifecycle"
)

// dependent is an object that a Stage has created and whose only owner is the object played on.
type dependent struct {
	resource        schema.GroupVersionResource
	namespace, name string
	uid             types.UID
}

// createObject performs a step "apply": it creates or changes another object.
func (p *play) createObject(ctx context.Context, apply *lifecycle.Apply) error {
	client, err := p.player.clientFor(apply.Impersonation)
	if err != nil {
		return err
	}
	mapper := p.player.Mapper
	if err := p.mayCreate(apply.Data); err != nil {
		return err
	}
	created, err := lifecycle.ApplyResource(ctx, client, mapper, p.object.GetNamespace(), apply)
	if meta.IsNoMatchError(causeOf(err)) {
		// Its CustomResourceDefinition may be newer than the mapper's knowledge.
		mapper.Reset()
		created, err = lifecycle.ApplyResource(ctx, client, mapper, p.object.GetNamespace(), apply)
	}
	if err == nil {
		p.remember(created)
	}
	return err
}

// remember keeps an object that is to be deleted with its owner.
func (p *play) remember(created *unstructured.Unstructured) {
	owners := created.GetOwnerReferences()
	if len(owners) != 1 || owners[0].UID != p.object.GetUID() {
		return
	}
	gvk := created.GroupVersionKind()
	mapping, err := p.player.Mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
	if err != nil {
		return
	}
	added := dependent{mapping.Resource, created.GetNamespace(), created.GetName(), created.GetUID()}
	if !slices.Contains(p.entry.dependents, added) {
		p.entry.dependents = append(p.entry.dependents, added)
	}
}

// removeDependents deletes the dependents of a deleted object. The garbage collector would delete them
// too, but it takes up to 30 s to discover the kind of a new CustomResourceDefinition.
func (p *Player) removeDependents(ctx context.Context, dependents []dependent) {
	for _, one := range dependents {
		options := metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions(string(one.uid))}
		err := p.Dynamic.Resource(one.resource).Namespace(one.namespace).Delete(ctx, one.name, options)
		if err != nil && !isReplaced(err) {
			klog.FromContext(ctx).V(1).Info("Leaving an object that a Stage created to the garbage collector", "name", one.name, "err", err)
		}
	}
}

// mayCreate returns an error for an object that is not in the namespace that the Stage was applied to.
func (p *play) mayCreate(data []byte) error {
	if p.stage.namespace == "" {
		return nil
	}
	object := &unstructured.Unstructured{}
	if err := json.Unmarshal(data, &object.Object); err != nil {
		return fmt.Errorf("the template does not render an object: %w", err)
	}
	if namespace := object.GetNamespace(); namespace != "" && namespace != p.stage.namespace {
		return fmt.Errorf("a Stage of namespace %q creates a %s in namespace %q", p.stage.namespace, object.GetKind(), namespace)
	}
	gvk := object.GroupVersionKind()
	mapping, err := p.player.Mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
	if err == nil && mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return fmt.Errorf("a Stage of namespace %q creates a %s, which has no namespace", p.stage.namespace, gvk.Kind)
	}
	return nil
}
