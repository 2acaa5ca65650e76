package stages

import (
	"fmt"
	"maps"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/kwok/pkg/apis/internalversion"
	kwok "sigs.k8s.io/kwok/pkg/apis/v1alpha1"
	"sigs.k8s.io/kwok/pkg/utils/cel"
	"sigs.k8s.io/kwok/pkg/utils/expression"
)

// expressions compiles jq and CEL as kwok does when it plays a Stage, to name the field that is wrong.
type expressions struct{ environment *cel.Environment }

func newExpressions(gvk schema.GroupVersionKind) (*expressions, error) {
	data, err := typed(emptyObject(gvk))
	if err != nil {
		return nil, err
	}
	if isUntyped(data) {
		data = map[string]any{}
	}
	environment, err := cel.NewEnvironment(cel.EnvironmentConfig{
		Types: cel.DefaultTypes, Conversions: cel.DefaultConversions,
		Funcs: maps.Clone(cel.DefaultFuncs), Methods: cel.FuncsToMethods(cel.DefaultFuncs),
		Vars: map[string]any{"self": data},
	})
	return &expressions{environment}, err
}

func (e *expressions) matchExpression(field string, expression *kwok.MatchExpression) error {
	given := 0
	for _, is := range []bool{expression.CEL != nil, expression.JQ != nil, expression.Key != ""} {
		if is {
			given++
		}
	}
	if given != 1 {
		return fmt.Errorf("%s has %d of key, jq and cel: it must have one of them", field, given)
	}
	switch {
	case expression.CEL != nil:
		return e.cel(field+".cel.expression", expression.CEL.Expression)
	case expression.JQ != nil:
		return requirement(field+".jq", expression.JQ.Key, expression.JQ.Operator, expression.JQ.Values)
	default:
		return requirement(field, expression.Key, expression.Operator, expression.Values)
	}
}

func (e *expressions) from(field string, from *kwok.ExpressionFrom) error {
	switch {
	case from == nil:
		return nil
	case from.CEL != nil:
		return e.cel(field+".cel.expression", from.CEL.Expression)
	case from.JQ != nil:
		return jq(field+".jq.expression", from.JQ.Expression)
	default:
		return jq(field+".expressionFrom", from.ExpressionFrom)
	}
}

func (e *expressions) cel(field, text string) error {
	if _, err := e.environment.Compile(text); err != nil {
		return fmt.Errorf("%s: %s", field, oneLine(innermost(err).Error()))
	}
	return nil
}

func requirement(field, key string, operator kwok.SelectorOperator, values []string) error {
	if err := jq(field+".key", key); err != nil {
		return err
	}
	if _, err := expression.NewRequirement(key, internalversion.SelectorOperator(operator), values); err != nil {
		return fmt.Errorf("%s: %w", field, err)
	}
	return nil
}

func jq(field, text string) error {
	if _, err := expression.NewQuery(text); err != nil {
		return fmt.Errorf("%s: jq %q: %w", field, text, err)
	}
	return nil
}
