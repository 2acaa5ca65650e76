//go:build !before1.37

package certificates

import (
	certificatesv1 "k8s.io/api/certificates/v1"
	certificateinformers "k8s.io/client-go/informers/certificates/v1"
	certificatelisters "k8s.io/client-go/listers/certificates/v1"
	"k8s.io/client-go/tools/cache"
)

// answeredRequests calls answered when upstream's manager reads a request that has an answer. The manager has
// locked the state of the pod's volume then, until it has stored the answer, so whoever asks it for the
// certificate after the call sees the answer. An event handler of our own could be called before the manager's.
type answeredRequests struct {
	certificateinformers.PodCertificateRequestInformer
	answered func(pod cache.ObjectName)
}

func (a answeredRequests) Lister() certificatelisters.PodCertificateRequestLister {
	return answeredLister{a.PodCertificateRequestInformer.Lister(), a.answered}
}

type answeredLister struct {
	certificatelisters.PodCertificateRequestLister
	answered func(pod cache.ObjectName)
}

func (a answeredLister) PodCertificateRequests(namespace string) certificatelisters.PodCertificateRequestNamespaceLister {
	return answeredNamespaceLister{a.PodCertificateRequestLister.PodCertificateRequests(namespace), a.answered}
}

type answeredNamespaceLister struct {
	certificatelisters.PodCertificateRequestNamespaceLister
	answered func(pod cache.ObjectName)
}

func (a answeredNamespaceLister) Get(name string) (*certificatesv1.PodCertificateRequest, error) {
	request, err := a.PodCertificateRequestNamespaceLister.Get(name)
	if err == nil && len(request.Status.Conditions) > 0 {
		a.answered(cache.NewObjectName(request.Namespace, request.Spec.PodName))
	}
	return request, err
}
