package stages

import (
	"errors"
	"fmt"
	"slices"
	"text/template"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
	kwok "sigs.k8s.io/kwok/pkg/apis/v1alpha1"
	"sigs.k8s.io/kwok/pkg/utils/gotpl"
)

// validator finds the first mistake of a Stage that shows without any object.
type validator struct {
	gvk      schema.GroupVersionKind
	renderer gotpl.Renderer
	*expressions
}

func validate(written *kwok.Stage) (schema.GroupVersionKind, error) {
	none := schema.GroupVersionKind{}
	if want := kwok.GroupVersion.String(); written.APIVersion != want || written.Kind != kwok.StageKind {
		return none, fmt.Errorf("it is a %s of %s: it must be a %s of %s", written.Kind, written.APIVersion, kwok.StageKind, want)
	}
	if written.Name == "" {
		return none, errors.New("metadata.name is missing")
	}
	gvk, err := referenced(written.Spec.ResourceRef)
	if err != nil {
		return none, err
	}
	expressions, err := newExpressions(gvk)
	if err != nil {
		return none, err
	}
	v := &validator{gvk: gvk, renderer: gotpl.NewRenderer(functionsFor(emptyObject(gvk), nil)), expressions: expressions}
	spec := &written.Spec
	return gvk, first(
		func() error { return v.selector(spec.Selector) },
		func() error { return notNegative("spec.weight", int64(spec.Weight)) },
		func() error { return v.from("spec.weightFrom", spec.WeightFrom) },
		func() error { return v.delay(spec.Delay) },
		func() error { return v.next(spec.Next) },
		func() error { return v.steps(spec.Steps) },
	)
}

func referenced(ref kwok.StageResourceRef) (schema.GroupVersionKind, error) {
	if ref.Kind == "" {
		return schema.GroupVersionKind{}, errors.New("spec.resourceRef.kind is missing")
	}
	version, err := schema.ParseGroupVersion(ref.APIGroup)
	if err != nil || version.Group == "" && version != corev1.SchemeGroupVersion {
		return schema.GroupVersionKind{}, fmt.Errorf(
			"spec.resourceRef.apiGroup is %q: it must be v1, or a group and its version, such as apps/v1", ref.APIGroup)
	}
	return version.WithKind(ref.Kind), nil
}

func (v *validator) selector(selector *kwok.StageSelector) error {
	if selector == nil {
		return errors.New("spec.selector is missing: the Stage would select nothing, while {} selects every object")
	}
	for key, value := range selector.MatchLabels {
		if _, err := labels.ValidatedSelectorFromSet(labels.Set{key: value}); err != nil {
			return fmt.Errorf("spec.selector.matchLabels: %w", err)
		}
	}
	for index := range selector.MatchExpressions {
		if err := v.matchExpression(fmt.Sprintf("spec.selector.matchExpressions[%d]", index), &selector.MatchExpressions[index]); err != nil {
			return err
		}
	}
	return nil
}

func (v *validator) delay(delay *kwok.StageDelay) error {
	if delay == nil {
		return nil
	}
	for name, value := range map[string]*int64{
		"durationMilliseconds": delay.DurationMilliseconds, "jitterDurationMilliseconds": delay.JitterDurationMilliseconds,
	} {
		if value == nil {
			continue
		}
		if err := notNegative("spec.delay."+name, *value); err != nil {
			return err
		}
	}
	return first(
		func() error { return v.from("spec.delay.durationFrom", delay.DurationFrom) },
		func() error { return v.from("spec.delay.jitterDurationFrom", delay.JitterDurationFrom) },
	)
}

func (v *validator) next(next *kwok.StageNext) error {
	if next == nil {
		return nil
	}
	for index := range next.Patches {
		if err := v.patch(fmt.Sprintf("spec.next.patches[%d]", index), &next.Patches[index]); err != nil {
			return err
		}
	}
	return first(
		func() error { return event("spec.next.event", next.Event) },
		func() error { return v.template("spec.next.statusTemplate", next.StatusTemplate) },
	)
}

func (v *validator) steps(steps []kwok.StageStep) error {
	for index := range steps {
		step, field := &steps[index], fmt.Sprintf("spec.steps[%d]", index)
		err := first(
			func() error { return event(field+".event", step.Event) },
			func() error { return v.patch(field+".patch", step.Patch) },
			func() error { return v.apply(field+".apply", step.Apply) },
		)
		if err != nil {
			return err
		}
	}
	return nil
}

func (v *validator) patch(field string, patch *kwok.StagePatch) error {
	if patch == nil {
		return nil
	}
	types := []kwok.StagePatchType{kwok.StagePatchTypeJSONPatch, kwok.StagePatchTypeMergePatch, kwok.StagePatchTypeStrategicMergePatch}
	if patch.Type != nil && *patch.Type == kwok.StagePatchTypeStrategicMergePatch && !scheme.Scheme.Recognizes(v.gvk) {
		return fmt.Errorf("%s.type is strategic, which custom resources do not support: it must be json or merge", field)
	}
	return first(
		func() error { return oneOf(field+".type", patch.Type, types) },
		func() error { return v.template(field+".template", patch.Template) },
	)
}

func (v *validator) apply(field string, apply *kwok.StageApply) error {
	if apply == nil {
		return nil
	}
	types := []kwok.StagePatchType{kwok.StagePatchTypeApply, kwok.StagePatchTypeMergePatch, kwok.StagePatchTypeStrategicMergePatch}
	return first(
		func() error { return oneOf(field+".type", apply.Type, types) },
		func() error { return v.template(field+".template", apply.Template) },
	)
}

// template parses a template. Its rendering may fail, as it is given an empty object.
func (v *validator) template(field, text string) error {
	_, err := v.renderer.ToText(text, map[string]any{})
	var execution template.ExecError
	if err == nil || errors.As(err, &execution) {
		return nil
	}
	return fmt.Errorf("%s: %s", field, withLine(innermost(err).Error()))
}

func event(field string, event *kwok.StageEvent) error {
	if event == nil || event.Type == corev1.EventTypeNormal || event.Type == corev1.EventTypeWarning {
		return nil
	}
	return fmt.Errorf("%s.type is %q: it must be Normal or Warning", field, event.Type)
}

func oneOf(field string, value *kwok.StagePatchType, allowed []kwok.StagePatchType) error {
	if value == nil || *value == "" || slices.Contains(allowed, *value) {
		return nil
	}
	return fmt.Errorf("%s is %q: it must be one of %v", field, *value, allowed)
}

func notNegative(field string, value int64) error {
	if value < 0 {
		return fmt.Errorf("%s is %d: it must not be negative", field, value)
	}
	return nil
}

func first(checks ...func() error) error {
	for _, check := range checks {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}
