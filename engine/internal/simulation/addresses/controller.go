// Package addresses assigns addresses to LoadBalancer Services and Ingresses, as a cloud or an ingress
// controller would.
package addresses

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	networkinglisters "k8s.io/client-go/listers/networking/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/record"
	"k8s.io/utils/ptr"

	"seatrial/engine/internal/simulation/reconcile"
)

// Controller writes the addresses into the objects' statuses.
type Controller struct {
	reconcile.Controller
	client    kubernetes.Interface
	recorder  record.EventRecorder
	services  corelisters.ServiceLister
	ingresses networkinglisters.IngressLister
	pool      *pool
}

// New returns the controller before Run. It adds the informers that it needs to the factory.
func New(client kubernetes.Interface, factory informers.SharedInformerFactory, recorder record.EventRecorder) (*Controller, error) {
	services, ingresses := factory.Core().V1().Services(), factory.Networking().V1().Ingresses()
	c := &Controller{client: client, recorder: recorder, services: services.Lister(), ingresses: ingresses.Lister()}
	queue, err := c.Watch("service", services.Informer(), c.syncService)
	if err != nil {
		return nil, err
	}
	c.pool = newPool(queue.Add)
	_, err = c.Watch("ingress", ingresses.Informer(), c.syncIngress)
	return c, err
}

func (c *Controller) syncService(ctx context.Context, name cache.ObjectName) error {
	service, err := c.services.Services(name.Namespace).Get(name.Name)
	if apierrors.IsNotFound(err) {
		c.pool.free(name)
		return nil
	}
	if err != nil {
		return err
	}
	if service.Spec.Type != corev1.ServiceTypeLoadBalancer {
		// The API server has cleared the status.
		c.pool.free(name)
		return nil
	}
	has := service.Status.LoadBalancer
	if service.Spec.LoadBalancerClass != nil && len(has.Ingress) > 0 {
		// The class may be another controller's, whose address stays.
		return nil
	}
	address, err := c.pool.of(name, service.Spec.LoadBalancerIP)
	if err != nil {
		// The Service is synced again when it changes or an address becomes free.
		c.recorder.Eventf(service, corev1.EventTypeWarning, "SyncLoadBalancerFailed",
			"Error syncing load balancer: failed to ensure load balancer: %v", err)
		return nil
	}
	wanted := corev1.LoadBalancerStatus{Ingress: []corev1.LoadBalancerIngress{{IP: address, IPMode: ptr.To(corev1.LoadBalancerIPModeVIP)}}}
	if equality.Semantic.DeepEqual(has, wanted) {
		return nil
	}
	changed := service.DeepCopy()
	changed.Status.LoadBalancer = wanted
	if _, err := c.client.CoreV1().Services(service.Namespace).UpdateStatus(ctx, changed, metav1.UpdateOptions{}); err != nil {
		return reconcile.IgnoreGone(err)
	}
	c.recorder.Event(service, corev1.EventTypeNormal, "EnsuredLoadBalancer", "Ensured load balancer")
	return nil
}

func (c *Controller) syncIngress(ctx context.Context, name cache.ObjectName) error {
	ingress, err := c.ingresses.Ingresses(name.Namespace).Get(name.Name)
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	wanted := networkingv1.IngressLoadBalancerStatus{Ingress: []networkingv1.IngressLoadBalancerIngress{{IP: ingressAddress}}}
	if len(ingress.Status.LoadBalancer.Ingress) > 0 {
		// Another controller may have been faster; its address stays.
		return nil
	}
	changed := ingress.DeepCopy()
	changed.Status.LoadBalancer = wanted
	_, err = c.client.NetworkingV1().Ingresses(ingress.Namespace).UpdateStatus(ctx, changed, metav1.UpdateOptions{})
	return reconcile.IgnoreGone(err)
}
