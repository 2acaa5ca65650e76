package webhook

import (
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/client-go/informers"
	admissionregistrationlisters "k8s.io/client-go/listers/admissionregistration/v1"
	corelisters "k8s.io/client-go/listers/core/v1"
)

// What Helm writes on every object of a release.
const releaseNamespaceAnnotation = "meta.helm.sh/release-namespace"

// homes knows to whom a configuration belongs. Configurations have no namespace: one that a test installs would act on the objects
// of every other test. So each has a home, and is asked about the objects at home only.
type homes struct {
	validating admissionregistrationlisters.ValidatingWebhookConfigurationLister
	mutating   admissionregistrationlisters.MutatingWebhookConfigurationLister
	namespaces corelisters.NamespaceLister
}

func newHomes(factory informers.SharedInformerFactory) *homes {
	registration := factory.Admissionregistration().V1()
	return &homes{
		validating: registration.ValidatingWebhookConfigurations().Lister(),
		mutating:   registration.MutatingWebhookConfigurations().Lister(),
		namespaces: factory.Core().V1().Namespaces().Lister(),
	}
}

// registration is what is known of a webhook beside its name.
type registration struct {
	// Home is the namespace of the release, else that of the Service. Without either it is empty, which is everywhere.
	Home string
	// Bundle is what the webhook's certificate is checked with.
	Bundle []byte
}

func (h *homes) find(id identity, service *serviceRef) registration {
	found := registration{}
	switch id.Type {
	case "validating":
		if configuration, err := h.validating.Get(id.Configuration); err == nil {
			found.Home = configuration.Annotations[releaseNamespaceAnnotation]
			for i := range configuration.Webhooks {
				found.take(id, configuration.Webhooks[i].Name, configuration.Webhooks[i].ClientConfig)
			}
		}
	case "mutating":
		if configuration, err := h.mutating.Get(id.Configuration); err == nil {
			found.Home = configuration.Annotations[releaseNamespaceAnnotation]
			for i := range configuration.Webhooks {
				found.take(id, configuration.Webhooks[i].Name, configuration.Webhooks[i].ClientConfig)
			}
		}
	}
	if found.Home == "" && service != nil {
		found.Home = service.Namespace
	}
	return found
}

func (r *registration) take(id identity, name string, config admissionregistrationv1.WebhookClientConfig) {
	if name == id.Webhook {
		r.Bundle = config.CABundle
	}
}

// isAtHome tells whether a namespace is the release's own: its namespace, or one that the release made.
func (h *homes) isAtHome(namespace, home string) bool {
	if namespace == home {
		return true
	}
	object, err := h.namespaces.Get(namespace)
	return err == nil && object.Annotations[releaseNamespaceAnnotation] == home
}

// concerns tells whether an object is at home. A cluster-scoped one is when it is a part of the release, or a Namespace at home.
func (h *homes) concerns(object subject, home string) bool {
	switch {
	case home == "":
		return true
	case object.Namespace != "":
		return h.isAtHome(object.Namespace, home)
	case object.IsNamespace:
		return object.Name == home || object.Release == home
	}
	return object.Release == home
}

// subject is the object that a review is about.
type subject struct {
	Namespace string
	Name      string
	// Release is the namespace of the release that it is a part of.
	Release     string
	IsNamespace bool
}
