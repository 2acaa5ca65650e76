package webhook

import (
	"context"
	"strings"

	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/embedded"
	"go.opentelemetry.io/otel/trace/noop"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/mutating"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/validating"
)

// A review does not say which webhook it is for, and two webhooks may have the same Service and path. The span that upstream starts
// around each call does: a tracer that puts its attributes into the context tells the transport.

// identity names a webhook.
type identity struct {
	// Type is validating, mutating or conversion.
	Type string
	// Configuration is the name of the configuration, or of the CustomResourceDefinition.
	Configuration string
	// Webhook is the webhook's name in it.
	Webhook string
}

type identityKey struct{}

func identityOf(ctx context.Context) identity {
	found, _ := ctx.Value(identityKey{}).(identity)
	return found
}

// Decorate takes note of upstream's webhook plugins and lets them tell which webhook they call.
func (s *Simulator) Decorate(handler admission.Interface, _ string) admission.Interface {
	switch plugin := handler.(type) {
	case *validating.Plugin:
		s.plugins = append(s.plugins, plugin)
		return validatingPlugin{plugin}
	case *mutating.Plugin:
		s.plugins = append(s.plugins, plugin)
		return mutatingPlugin{plugin}
	}
	return handler
}

type validatingPlugin struct{ *validating.Plugin }

func (p validatingPlugin) Validate(ctx context.Context, a admission.Attributes, o admission.ObjectInterfaces) error {
	return p.Plugin.Validate(trace.ContextWithSpan(ctx, tellingSpan{}), a, o)
}

type mutatingPlugin struct{ *mutating.Plugin }

func (p mutatingPlugin) Admit(ctx context.Context, a admission.Attributes, o admission.ObjectInterfaces) error {
	return p.Plugin.Admit(trace.ContextWithSpan(ctx, tellingSpan{}), a, o)
}

type tellingSpan struct{ noop.Span }

func (tellingSpan) TracerProvider() trace.TracerProvider { return tellingProvider{} }

type tellingProvider struct{ embedded.TracerProvider }

func (tellingProvider) Tracer(string, ...trace.TracerOption) trace.Tracer { return tellingTracer{} }

type tellingTracer struct{ embedded.Tracer }

func (tellingTracer) Start(ctx context.Context, name string, options ...trace.SpanStartOption) (context.Context, trace.Span) {
	if kind, isCall := strings.CutPrefix(name, "Call "); isCall {
		found := identity{Type: strings.TrimSuffix(kind, " webhook")}
		config := trace.NewSpanStartConfig(options...)
		for _, attribute := range config.Attributes() {
			switch attribute.Key {
			case "configuration":
				found.Configuration = attribute.Value.AsString()
			case "webhook":
				found.Webhook = attribute.Value.AsString()
			}
		}
		ctx = context.WithValue(ctx, identityKey{}, found)
	}
	return trace.ContextWithSpan(ctx, tellingSpan{}), tellingSpan{}
}
