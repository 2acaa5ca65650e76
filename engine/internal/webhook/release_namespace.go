package webhook

import (
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/client-go/informers"
	admissionregistrationlisters "k8s.io/client-go/listers/admissionregistration/v1"
	corelisters "k8s.io/client-go/listers/core/v1"
)

// Helm writes this annotation to every object of a release.
const releaseNamespaceAnnotation = "meta.helm.sh/release-namespace"

// releases knows which release a webhook configuration belongs to. Configurations are cluster-scoped: a
// configuration that one test installs would affect the objects of every other test. So a webhook is
// called only about objects of its release's namespace.
type releases struct {
	validating admissionregistrationlisters.ValidatingWebhookConfigurationLister
	mutating   admissionregistrationlisters.MutatingWebhookConfigurationLister
	namespaces corelisters.NamespaceLister
}

func newReleases(factory informers.SharedInformerFactory) *releases {
	registration := factory.Admissionregistration().V1()
	return &releases{
		validating: registration.ValidatingWebhookConfigurations().Lister(),
		mutating:   registration.MutatingWebhookConfigurations().Lister(),
		namespaces: factory.Core().V1().Namespaces().Lister(),
	}
}

// registration is what is known of a webhook besides its name.
type registration struct {
	// ReleaseNamespace is the namespace of the release, else that of the Service. When it is empty, the
	// webhook is called about objects of all namespaces.
	ReleaseNamespace string
	// IsOfRelease is true when Helm has installed the configuration.
	IsOfRelease bool
	// Bundle is the CA bundle with which the webhook's certificate is verified.
	Bundle []byte
}

func (r *releases) find(id calledWebhook, service *serviceRef) registration {
	found := registration{}
	switch id.Type {
	case "validating":
		if configuration, err := r.validating.Get(id.Configuration); err == nil {
			found.ReleaseNamespace = configuration.Annotations[releaseNamespaceAnnotation]
			for i := range configuration.Webhooks {
				found.take(id, configuration.Webhooks[i].Name, configuration.Webhooks[i].ClientConfig)
			}
		}
	case "mutating":
		if configuration, err := r.mutating.Get(id.Configuration); err == nil {
			found.ReleaseNamespace = configuration.Annotations[releaseNamespaceAnnotation]
			for i := range configuration.Webhooks {
				found.take(id, configuration.Webhooks[i].Name, configuration.Webhooks[i].ClientConfig)
			}
		}
	}
	found.IsOfRelease = found.ReleaseNamespace != ""
	if !found.IsOfRelease && service != nil {
		found.ReleaseNamespace = service.Namespace
	}
	return found
}

func (r *registration) take(id calledWebhook, name string, config admissionregistrationv1.WebhookClientConfig) {
	if name == id.Webhook {
		r.Bundle = config.CABundle
	}
}

// owns reports whether a namespace is the release's: its namespace, or one that the release has created.
func (r *releases) owns(namespace, releaseNamespace string) bool {
	if namespace == releaseNamespace {
		return true
	}
	object, err := r.namespaces.Get(namespace)
	return err == nil && object.Annotations[releaseNamespaceAnnotation] == releaseNamespace
}

// concern reports whether the webhooks of a release are called about an object: an object in the
// release's namespaces, such a Namespace itself, or a cluster-scoped object of the release.
func (r *releases) concern(object subject, releaseNamespace string) bool {
	switch {
	case releaseNamespace == "":
		return true
	case object.Namespace != "":
		return r.owns(object.Namespace, releaseNamespace)
	case object.IsNamespace:
		return object.Name == releaseNamespace || object.Release == releaseNamespace
	}
	return object.Release == releaseNamespace
}

// subject is the object that a review is about.
type subject struct {
	Namespace string
	Name      string
	// Release is the namespace of the release that the object is part of.
	Release     string
	IsNamespace bool
}
