package kubelet

import (
	"context"
	"fmt"
	"slices"

	certificatesv1 "k8s.io/api/certificates/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/utils/ptr"

	"seatrial/engine/internal/simulation/lifecycle"
	"seatrial/engine/internal/simulation/reconcile"
)

// clusterObjects looks up the objects without a namespace that volumes refer to.
type clusterObjects struct{ client kubernetes.Interface }

func newClusterObjects(client kubernetes.Interface, factory informers.SharedInformerFactory, changed func()) (*clusterObjects, error) {
	notify := func(any) { changed() }
	if err := reconcile.OnChange(factory.Storage().V1().CSIDrivers().Informer(), notify); err != nil {
		return nil, err
	}
	isServed, err := servesTrustBundles(client)
	if err != nil || !isServed {
		return &clusterObjects{client}, err
	}
	return &clusterObjects{client}, reconcile.OnChange(factory.Certificates().V1().ClusterTrustBundles().Informer(), notify)
}

// servesTrustBundles is false for an API server that emulates a version before 1.37. An informer would wait
// for it until the kind is served.
func servesTrustBundles(client kubernetes.Interface) (bool, error) {
	list, err := client.Discovery().ServerResourcesForGroupVersion(certificatesv1.SchemeGroupVersion.String())
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(list.APIResources, func(resource metav1.APIResource) bool {
		return resource.Name == "clustertrustbundles"
	}), nil
}

// problem returns a kubelet's problem with what a volume refers to outside of the pod's namespace.
func (c *clusterObjects) problem(ctx context.Context, source *corev1.VolumeSource) lifecycle.Problem {
	switch {
	case source.CSI != nil:
		return c.driverProblem(ctx, source.CSI.Driver)
	case source.GitRepo != nil:
		// Upstream's k8s.io/kubernetes/pkg/volume/git_repo.
		return lifecycle.Problem{Permanent: true, Message: "git-repo volume plugin has been disabled; " +
			"if necessary, it may be re-enabled by enabling the feature-gate `GitRepoVolumeDriver`"}
	case source.Projected == nil:
		return lifecycle.Problem{}
	}
	for _, projection := range source.Projected.Sources {
		switch {
		case projection.ClusterTrustBundle != nil:
			if problem := c.trustProblem(ctx, projection.ClusterTrustBundle); problem.Message != "" {
				return problem
			}
		case projection.PodCertificate != nil:
			// No signer runs here. The message is upstream's, of k8s.io/kubernetes/pkg/kubelet/podcertificate.
			return lifecycle.Problem{Message: "credential bundle is not issued yet"}
		}
	}
	return lifecycle.Problem{}
}

// driverProblem is about an inline volume: a driver is installed if its CSIDriver exists.
func (c *clusterObjects) driverProblem(ctx context.Context, name string) lifecycle.Problem {
	if _, err := c.client.StorageV1().CSIDrivers().Get(ctx, name, metav1.GetOptions{}); err == nil {
		return lifecycle.Problem{}
	}
	// Upstream's, of k8s.io/kubernetes/pkg/volume/csi.
	return lifecycle.Problem{Message: fmt.Sprintf("kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: "+
		"driver name %s not found in the list of registered CSI drivers", name)}
}

// trustProblem is upstream's, of k8s.io/kubernetes/pkg/kubelet/clustertrustbundle.
func (c *clusterObjects) trustProblem(ctx context.Context, projection *corev1.ClusterTrustBundleProjection) lifecycle.Problem {
	if ptr.Deref(projection.Optional, false) {
		return lifecycle.Problem{}
	}
	bundles := c.client.CertificatesV1().ClusterTrustBundles()
	if projection.Name != nil {
		if _, err := bundles.Get(ctx, *projection.Name, metav1.GetOptions{}); err != nil {
			if apierrors.IsNotFound(err) {
				// A kubelet asks its cache, which names the resource in the singular.
				err = apierrors.NewNotFound(certificatesv1.Resource("clustertrustbundle"), *projection.Name)
			}
			return lifecycle.Problem{Message: fmt.Sprintf("while getting ClusterTrustBundle: %v", err)}
		}
		return lifecycle.Problem{}
	}
	selector, err := metav1.LabelSelectorAsSelector(projection.LabelSelector)
	if err != nil {
		return lifecycle.Problem{Message: fmt.Sprintf("while parsing label selector: %v", err)}
	}
	list, err := bundles.List(ctx, metav1.ListOptions{LabelSelector: selector.String()})
	if err != nil {
		return lifecycle.Problem{Message: fmt.Sprintf("while listing ClusterTrustBundles matching label selector %v: %v", projection.LabelSelector, err)}
	}
	// A selector that is missing matches nothing, an empty one everything.
	for _, bundle := range list.Items {
		if projection.LabelSelector != nil && isOfSigner(&bundle, projection.SignerName) {
			return lifecycle.Problem{}
		}
	}
	return lifecycle.Problem{Message: "combination of signerName and labelSelector matched zero ClusterTrustBundles"}
}

func isOfSigner(bundle *certificatesv1.ClusterTrustBundle, signer *string) bool {
	return bundle.Spec.SignerName == ptr.Deref(signer, "")
}
