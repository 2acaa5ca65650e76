package plane

import (
	"context"
	"errors"
	"maps"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	apiregistration "k8s.io/kube-aggregator/pkg/client/clientset_generated/clientset/typed/apiregistration/v1"
)

// storedResources discovers the resources that a namespace may contain. Upstream's deleter keeps a namespace
// while any API group cannot be discovered, because the namespace may contain its objects. A group that a
// Service serves has no objects here, because no process is behind any Service.
func storedResources(
	ctx context.Context, client discovery.DiscoveryInterface, services apiregistration.APIServicesGetter,
) func() ([]*metav1.APIResourceList, error) {
	return func() ([]*metav1.APIResourceList, error) {
		resources, err := client.ServerPreferredNamespacedResources()
		var failed *discovery.ErrGroupDiscoveryFailed
		if !errors.As(err, &failed) {
			return resources, err
		}
		unknown := maps.Clone(failed.Groups)
		maps.DeleteFunc(unknown, func(version schema.GroupVersion, _ error) bool {
			service, err := services.APIServices().Get(ctx, version.Version+"."+version.Group, metav1.GetOptions{})
			return err == nil && service.Spec.Service != nil
		})
		if len(unknown) == 0 {
			return resources, nil
		}
		return resources, &discovery.ErrGroupDiscoveryFailed{Groups: unknown}
	}
}
