package webhook

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	aggregator "k8s.io/kube-aggregator/pkg/apiserver"
	podutil "k8s.io/kubernetes/pkg/api/v1/pod"
	"k8s.io/utils/ptr"
)

const (
	// catchUpTimeout limits the wait for an EndpointSlice that does not list a ready Pod yet.
	catchUpTimeout  = 3 * time.Second
	catchUpInterval = 10 * time.Millisecond
)

// locate resolves a Service as resolve does, and reads the Service itself when the API server's cache does
// not have it in its last version: caches of different kinds are filled independently of each other.
func (s *Simulator) locate(ctx context.Context, service *serviceRef) (*url.URL, bool, error) {
	address, isSimulated, err := s.resolve(service.Namespace, service.Name, service.Port)
	if err == nil || s.client == nil {
		return address, isSimulated, err
	}
	stored, readError := s.client.CoreV1().Services(service.Namespace).Get(ctx, service.Name, metav1.GetOptions{})
	if readError != nil {
		return address, isSimulated, err
	}
	address, err = aggregator.NewClusterIPServiceResolver(only(stored)).ResolveEndpoint(service.Namespace, service.Name, service.Port)
	return address, s.isInCluster(address), err
}

// requireBackend returns upstream's error when no backend of a Service could answer: no EndpointSlice has a
// ready endpoint for the port. The API server connects to the Service's address, which kube-proxy rejects
// then; the error is that of an API server that chooses an endpoint itself (--enable-aggregator-routing).
//
// EndpointSlices follow their Pods with a delay that depends on the load of the machine, so the Pods decide:
// an endpoint whose Pod is no longer ready is not ready, and a ready Pod that has no endpoint yet gets one.
// With mayWait false, only the present EndpointSlices are considered.
func (s *Simulator) requireBackend(ctx context.Context, service *serviceRef, mayWait bool) error {
	ctx, cancel := context.WithTimeout(ctx, catchUpTimeout)
	defer cancel()
	for {
		read, err := s.readBackends(ctx, service)
		if err != nil {
			return err
		}
		err = read.check(service.Port)
		if err == nil || !mayWait || !read.isBehind() {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(catchUpInterval):
		}
	}
}

// backends are a Service with its EndpointSlices and the Pods in its namespace that may be behind them.
type backends struct {
	service *corev1.Service
	slices  []*discoveryv1.EndpointSlice
	pods    map[types.UID]*corev1.Pod
}

func (s *Simulator) readBackends(ctx context.Context, service *serviceRef) (*backends, error) {
	core := s.client.CoreV1()
	stored, err := core.Services(service.Namespace).Get(ctx, service.Name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		// The words of the API server's own lookup.
		return nil, apierrors.NewNotFound(corev1.Resource("service"), service.Name)
	}
	if err != nil {
		return nil, err
	}
	byService := metav1.ListOptions{LabelSelector: labels.Set{discoveryv1.LabelServiceName: service.Name}.String()}
	slices, err := s.client.DiscoveryV1().EndpointSlices(service.Namespace).List(ctx, byService)
	if err != nil {
		return nil, err
	}
	read := &backends{service: stored, pods: map[types.UID]*corev1.Pod{}}
	for i := range slices.Items {
		read.slices = append(read.slices, &slices.Items[i])
	}
	if len(stored.Spec.Selector) == 0 {
		return read, nil
	}
	pods, err := core.Pods(service.Namespace).List(ctx, metav1.ListOptions{LabelSelector: labels.Set(stored.Spec.Selector).String()})
	if err != nil {
		return nil, err
	}
	for i := range pods.Items {
		read.pods[pods.Items[i].UID] = &pods.Items[i]
	}
	return read, nil
}

// check returns nil when an endpoint is ready.
func (b *backends) check(number int32) error {
	for _, port := range b.service.Spec.Ports {
		if port.Port != number {
			continue
		}
		return b.checkPort(port.Name)
	}
	return apierrors.NewServiceUnavailable(fmt.Sprintf("no service port %d found for service %q", number, b.service.Name))
}

func (b *backends) checkPort(name string) error {
	refused := ""
	_, err := b.choose(name, func(endpoint *discoveryv1.Endpoint, address string) bool {
		switch b.answerOf(endpoint) {
		case answers:
			return true
		case refuses:
			refused = address
		case isGone:
		}
		return false
	})
	if err != nil && refused != "" {
		return fmt.Errorf("dial tcp %s: connect: connection refused", refused)
	}
	return err
}

// choose returns the address of the first suitable endpoint that has the port and is ready, or the error of an API server
// that connects to endpoints itself (k8s.io/apiserver/pkg/util/proxy).
func (b *backends) choose(name string, isSuitable func(endpoint *discoveryv1.Endpoint, address string) bool) (string, error) {
	for _, slice := range b.slices {
		port := numberOf(slice, name)
		if port == nil {
			continue
		}
		for i := range slice.Endpoints {
			endpoint := &slice.Endpoints[i]
			address := net.JoinHostPort(endpoint.Addresses[0], strconv.Itoa(int(*port)))
			if ptr.Deref(endpoint.Conditions.Ready, true) && isSuitable(endpoint, address) {
				return address, nil
			}
		}
	}
	return "", apierrors.NewServiceUnavailable(fmt.Sprintf("no endpoints available for service %q", b.service.Name))
}

// numberOf returns the number of the port with this name, or nil.
func numberOf(slice *discoveryv1.EndpointSlice, name string) *int32 {
	for _, port := range slice.Ports {
		if port.Port != nil && port.Name != nil && *port.Name == name {
			return port.Port
		}
	}
	return nil
}

type answer int

const (
	answers answer = iota
	// refuses connections: the Service publishes the address of a Pod whose containers do not run.
	refuses
	isGone
)

// answerOf an endpoint whose Pod the Service does not select, such as one of an EndpointSlice that the chart
// or a user has created, is that of its conditions, which the caller has checked.
func (b *backends) answerOf(endpoint *discoveryv1.Endpoint) answer {
	target := endpoint.TargetRef
	if len(b.service.Spec.Selector) == 0 || target == nil || target.Kind != "Pod" {
		return answers
	}
	pod, exists := b.pods[target.UID]
	switch {
	case !exists:
		return isGone
	case podutil.IsPodReady(pod) && pod.DeletionTimestamp == nil:
		return answers
	case !b.service.Spec.PublishNotReadyAddresses:
		return isGone
	case hasRunningContainer(pod):
		return answers
	}
	return refuses
}

func hasRunningContainer(pod *corev1.Pod) bool {
	for _, container := range pod.Status.ContainerStatuses {
		if container.State.Running != nil {
			return true
		}
	}
	return false
}

// isBehind reports whether a Pod is ready that no EndpointSlice lists as ready yet.
func (b *backends) isBehind() bool {
	listed := map[types.UID]bool{}
	for _, slice := range b.slices {
		for _, endpoint := range slice.Endpoints {
			if endpoint.TargetRef != nil && (endpoint.Conditions.Ready == nil || *endpoint.Conditions.Ready) {
				listed[endpoint.TargetRef.UID] = true
			}
		}
	}
	for uid, pod := range b.pods {
		if podutil.IsPodReady(pod) && pod.DeletionTimestamp == nil && !listed[uid] {
			return true
		}
	}
	return false
}

// only returns a lister of one Service.
func only(service *corev1.Service) corelisters.ServiceLister {
	indexer := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{})
	_ = indexer.Add(service)
	return corelisters.NewServiceLister(indexer)
}
