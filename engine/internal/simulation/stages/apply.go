package stages

import (
	"context"
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/kwok/pkg/utils/lifecycle"
)

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
	_, err = lifecycle.ApplyResource(ctx, client, mapper, p.object.GetNamespace(), apply)
	if meta.IsNoMatchError(innerOf(err)) {
		// Its CustomResourceDefinition may be younger than what is known.
		mapper.Reset()
		_, err = lifecycle.ApplyResource(ctx, client, mapper, p.object.GetNamespace(), apply)
	}
	return err
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
