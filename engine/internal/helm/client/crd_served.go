package client

import (
	"time"

	"helm.sh/helm/v4/pkg/kube"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/discovery"
)

const (
	discoveryPoll    = 10 * time.Millisecond
	discoveryTimeout = 5 * time.Second
)

// waitUntilServed waits until discovery lists the kinds of those resources that are CRDs. A CRD is
// "established" some milliseconds earlier, and a chart whose templates read
// .Capabilities.APIVersions would be rendered without it. A kind that never appears is not an error
// here: its objects report it.
func waitUntilServed(resources kube.ResourceList, client discovery.ServerResourcesInterface, done <-chan struct{}) {
	deadline := time.Now().Add(discoveryTimeout)
	for _, info := range resources {
		for version, kind := range servedKinds(info.Object) {
			for !isServed(client, version, kind) && time.Now().Before(deadline) {
				select {
				case <-done:
					return
				case <-time.After(discoveryPoll):
				}
			}
		}
	}
}

// servedKinds maps the group versions of a CRD to its kind. It is empty for other objects.
func servedKinds(object runtime.Object) map[string]string {
	raw, ok := object.(*unstructured.Unstructured)
	if !ok || raw.GetKind() != "CustomResourceDefinition" {
		return nil
	}
	var crd apiextensions.CustomResourceDefinition
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(raw.Object, &crd); err != nil {
		return nil
	}
	kinds := map[string]string{}
	for _, version := range crd.Spec.Versions {
		if version.Served {
			kinds[crd.Spec.Group+"/"+version.Name] = crd.Spec.Names.Kind
		}
	}
	return kinds
}

// isServed reads the aggregated list, as Helm does: the list of a single group version is ready
// earlier.
func isServed(client discovery.ServerResourcesInterface, version, kind string) bool {
	_, lists, _ := client.ServerGroupsAndResources()
	for _, list := range lists {
		if list.GroupVersion != version {
			continue
		}
		for _, resource := range list.APIResources {
			if resource.Kind == kind {
				return true
			}
		}
	}
	return false
}
