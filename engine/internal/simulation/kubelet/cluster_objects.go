package kubelet

import (
	"context"
	"fmt"

	certificatesv1 "k8s.io/api/certificates/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"

	"seatrial/engine/internal/simulation/certificates"
	"seatrial/engine/internal/simulation/lifecycle"
	"seatrial/engine/internal/simulation/reconcile"
)

// clusterObjects looks up what volumes refer to apart from objects that users create in the pod's namespace.
type clusterObjects struct {
	client       kubernetes.Interface
	certificates *certificates.Requester
}

func newClusterObjects(
	client kubernetes.Interface, factory informers.SharedInformerFactory, requester *certificates.Requester,
	served sets.Set[string], changed func(),
) (*clusterObjects, error) {
	notify := func(any) { changed() }
	if err := reconcile.OnChange(factory.Storage().V1().CSIDrivers().Informer(), notify); err != nil {
		return nil, err
	}
	c := &clusterObjects{client, requester}
	if !served.Has("clustertrustbundles") {
		return c, nil
	}
	return c, certificates.WatchTrustBundles(factory, notify)
}

// servedCertificates returns the resources of certificates.k8s.io that are served. An API server that emulates
// a version before 1.37 lacks some, and their informers would wait until they are served.
func servedCertificates(client kubernetes.Interface) (sets.Set[string], error) {
	list, err := client.Discovery().ServerResourcesForGroupVersion(certificatesv1.SchemeGroupVersion.String())
	if err != nil {
		return nil, err
	}
	served := sets.New[string]()
	for _, resource := range list.APIResources {
		served.Insert(resource.Name)
	}
	return served, nil
}

// problem returns a kubelet's problem with a volume whose Secrets and ConfigMaps exist.
func (c *clusterObjects) problem(ctx context.Context, pod *corev1.Pod, volume *corev1.Volume) lifecycle.Problem {
	switch source := &volume.VolumeSource; {
	case source.CSI != nil:
		return c.driverProblem(ctx, source.CSI.Driver)
	case source.GitRepo != nil:
		// Upstream's k8s.io/kubernetes/pkg/volume/git_repo.
		return lifecycle.Problem{Permanent: true, Message: "git-repo volume plugin has been disabled; " +
			"if necessary, it may be re-enabled by enabling the feature-gate `GitRepoVolumeDriver`"}
	case source.Projected == nil:
		return lifecycle.Problem{}
	}
	for index, projection := range volume.Projected.Sources {
		switch {
		case projection.ClusterTrustBundle != nil:
			if problem := certificates.TrustProblem(ctx, c.client, projection.ClusterTrustBundle); problem.Message != "" {
				return problem
			}
		case projection.PodCertificate != nil:
			problem := c.certificates.Problem(ctx, pod, volume.Name, index, projection.PodCertificate.SignerName)
			if problem.Message != "" {
				return problem
			}
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
