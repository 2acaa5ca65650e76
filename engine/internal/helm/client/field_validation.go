package client

import (
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/cli-runtime/pkg/resource"
	cmdutil "k8s.io/kubectl/pkg/cmd/util"
	"k8s.io/kubectl/pkg/util/openapi"
	"k8s.io/kubectl/pkg/validation"
)

// validatingFactory is kubectl's factory. It remembers between requests which kinds the server
// validates itself: otherwise every install parses the OpenAPI document of each of its groups,
// which takes two thirds of its time.
type validatingFactory struct {
	cmdutil.Factory
	validated *sync.Map
}

// Validator is kubectl's own apart from that memory.
func (f *validatingFactory) Validator(directive string) (validation.Schema, error) {
	if directive == metav1.FieldValidationIgnore {
		return f.Factory.Validator(directive)
	}
	dynamicClient, err := f.DynamicClient()
	if err != nil {
		return nil, err
	}
	discoveryClient, err := f.ToDiscoveryClient()
	if err != nil {
		return nil, err
	}
	fallback := validation.ConjunctiveSchema{validation.NewSchemaValidation(f.Factory), validation.NoDoubleKeySchema{}}
	verifier := resource.NewFallbackQueryParamVerifier(
		resource.NewQueryParamVerifierV3(dynamicClient, discoveryClient.OpenAPIV3(), resource.QueryParamFieldValidation),
		resource.NewQueryParamVerifier(dynamicClient, openapi.NewOpenAPIGetter(discoveryClient), resource.QueryParamFieldValidation),
	)
	remembering := &rememberingVerifier{validated: f.validated, next: verifier}
	return validation.NewParamVerifyingSchema(fallback, remembering, directive), nil
}

// rememberingVerifier asks once about each kind that the server validates. It asks again about the
// other kinds: a new CRD may not have a document yet.
type rememberingVerifier struct {
	validated *sync.Map
	next      resource.Verifier
}

func (v *rememberingVerifier) HasSupport(kind schema.GroupVersionKind) error {
	if _, known := v.validated.Load(kind); known {
		return nil
	}
	err := v.next.HasSupport(kind)
	if err == nil {
		v.validated.Store(kind, true)
	}
	return err
}
