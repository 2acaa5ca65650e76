//go:build !before1.37

package certificates

import (
	"context"
	"fmt"

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

// WatchTrustBundles calls changed for each change of a ClusterTrustBundle.
func WatchTrustBundles(factory informers.SharedInformerFactory, changed func(any)) error {
	return reconcile.OnChange(factory.Certificates().V1().ClusterTrustBundles().Informer(), changed)
}

// TrustProblem returns a kubelet's problem with one source of a projected volume. The rules are upstream's, of
// k8s.io/kubernetes/pkg/kubelet/clustertrustbundle.
func TrustProblem(ctx context.Context, client kubernetes.Interface, projection *corev1.ClusterTrustBundleProjection) lifecycle.Problem {
	if ptr.Deref(projection.Optional, false) {
		return lifecycle.Problem{}
	}
	bundles := client.CertificatesV1().ClusterTrustBundles()
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
