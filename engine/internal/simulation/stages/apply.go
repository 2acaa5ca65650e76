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

// dependent is an object that a Stage has put in place for another one, which it names as its owner.
type dependent struct {
	resource        schema.GroupVersionResource
	namespace, name string
	uid             types.UID
}

// apply puts an object in place that a Stage makes.
func (p *performance) apply(ctx context.Context, apply *lifecycle.Apply) error {
	client, err := p.player.clientFor(apply.Impersonation)
	if err != nil {
		return err
	}
	mapper := p.player.config.Mapper
	if err := p.mayApply(apply.Data); err != nil {
		return err
	}
	applied, err := lifecycle.ApplyResource(ctx, client, mapper, p.object.GetNamespace(), apply)
	if meta.IsNoMatchError(innerOf(err)) {
		// Its CustomResourceDefinition may be younger than what is known.
		mapper.Reset()
		applied, err = lifecycle.ApplyResource(ctx, client, mapper, p.object.GetNamespace(), apply)
	}
	if err == nil {
		p.remember(applied)
	}
	return err
}

// remember keeps an object that is to go with its owner.
func (p *performance) remember(applied *unstructured.Unstructured) {
	owners := applied.GetOwnerReferences()
	if len(owners) != 1 || owners[0].UID != p.object.GetUID() {
		return
	}
	gvk := applied.GroupVersionKind()
	mapping, err := p.player.config.Mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
	if err != nil {
		return
	}
	made := dependent{mapping.Resource, applied.GetNamespace(), applied.GetName(), applied.GetUID()}
	if !slices.Contains(p.entry.dependents, made) {
		p.entry.dependents = append(p.entry.dependents, made)
	}
}

// removeDependents removes what was made for an object that has gone. The garbage collector would do it, but it takes up to 30 s until
// that knows the kind of a new CustomResourceDefinition.
func (p *Player) removeDependents(ctx context.Context, dependents []dependent) {
	for _, one := range dependents {
		options := metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions(string(one.uid))}
		err := p.config.Dynamic.Resource(one.resource).Namespace(one.namespace).Delete(ctx, one.name, options)
		if err != nil && !isReplaced(err) {
			klog.FromContext(ctx).V(1).Info("An object that a Stage has made is left to the garbage collector", "name", one.name, "err", err)
		}
	}
}

// mayApply refuses what a Stage of one namespace would do to another.
func (p *performance) mayApply(data []byte) error {
	if p.stage.Namespace == "" {
		return nil
	}
	made := &unstructured.Unstructured{}
	if err := json.Unmarshal(data, &made.Object); err != nil {
		return fmt.Errorf("the template makes no object: %w", err)
	}
	if namespace := made.GetNamespace(); namespace != "" && namespace != p.stage.Namespace {
		return fmt.Errorf("a Stage of namespace %q makes a %s in namespace %q", p.stage.Namespace, made.GetKind(), namespace)
	}
	gvk := made.GroupVersionKind()
	mapping, err := p.player.config.Mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
	if err == nil && mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return fmt.Errorf("a Stage of namespace %q makes a %s, which has no namespace", p.stage.Namespace, gvk.Kind)
	}
	return nil
}
