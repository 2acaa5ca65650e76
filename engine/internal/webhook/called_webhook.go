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

// A review does not name its webhook, and two webhooks may have the same Service and path. The span that
// upstream starts around each call does: a tracer puts the span's attributes into the context, where the
// transport finds them.

// calledWebhook identifies the webhook that a review is for.
type calledWebhook struct {
	// Type is validating, mutating or conversion.
	Type string
	// Configuration is the name of the configuration, or of the CustomResourceDefinition.
	Configuration string
	// Webhook is the webhook's name in the configuration.
	Webhook string
}

type calledWebhookKey struct{}

func calledWebhookOf(ctx context.Context) calledWebhook {
	found, _ := ctx.Value(calledWebhookKey{}).(calledWebhook)
	return found
}

// Decorate keeps upstream's webhook plugins for Attach and makes them name the webhook that they call.
func (s *Simulator) Decorate(handler admission.Interface, _ string) admission.Interface {
	switch plugin := handler.(type) {
	case *validating.Plugin:
		s.plugins = append(s.plugins, plugin)
		return validatingPlugin{plugin}
	case *mutating.Plugin:
		s.plugins = append(s.plugins, plugin)
		return mutatingPlugin{plugin, s.creations}
	}
	return handler
}

type validatingPlugin struct{ *validating.Plugin }

func (p validatingPlugin) Validate(ctx context.Context, a admission.Attributes, o admission.ObjectInterfaces) error {
	return p.Plugin.Validate(trace.ContextWithSpan(ctx, namingSpan{}), a, o)
}

// mutatingPlugin is the first of the two plugins.
type mutatingPlugin struct {
	*mutating.Plugin
	creations *controllerCreations
}

func (p mutatingPlugin) Admit(ctx context.Context, a admission.Attributes, o admission.ObjectInterfaces) error {
	p.creations.wait(ctx, a)
	return p.Plugin.Admit(trace.ContextWithSpan(ctx, namingSpan{}), a, o)
}

type namingSpan struct{ noop.Span }

func (namingSpan) TracerProvider() trace.TracerProvider { return namingProvider{} }

type namingProvider struct{ embedded.TracerProvider }

func (namingProvider) Tracer(string, ...trace.TracerOption) trace.Tracer { return namingTracer{} }

type namingTracer struct{ embedded.Tracer }

func (namingTracer) Start(ctx context.Context, name string, options ...trace.SpanStartOption) (context.Context, trace.Span) {
	if kind, isCall := strings.CutPrefix(name, "Call "); isCall {
		found := calledWebhook{Type: strings.TrimSuffix(kind, " webhook")}
		config := trace.NewSpanStartConfig(options...)
		for _, attribute := range config.Attributes() {
			switch attribute.Key {
			case "configuration":
				found.Configuration = attribute.Value.AsString()
			case "webhook":
				found.Webhook = attribute.Value.AsString()
			}
		}
		ctx = context.WithValue(ctx, calledWebhookKey{}, found)
	}
	return trace.ContextWithSpan(ctx, namingSpan{}), namingSpan{}
}
