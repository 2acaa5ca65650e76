// Package addresses gives LoadBalancer Services and Ingresses the addresses that a cloud or an ingress controller would.
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

const workers = 2

// Controller writes the addresses into the objects' statuses.
type Controller struct {
	client    kubernetes.Interface
	recorder  record.EventRecorder
	services  corelisters.ServiceLister
	ingresses networkinglisters.IngressLister
	pool      *pool

	serviceQueue *reconcile.Queue
	ingressQueue *reconcile.Queue
}

// New prepares the controller; the informers that it needs are added to the factory.
func New(client kubernetes.Interface, factory informers.SharedInformerFactory, recorder record.EventRecorder) (*Controller, error) {
	c := &Controller{
		client:    client,
		recorder:  recorder,
		services:  factory.Core().V1().Services().Lister(),
		ingresses: factory.Networking().V1().Ingresses().Lister(),
		pool:      newPool(),
	}
	c.serviceQueue = reconcile.NewQueue("service", c.syncService)
	c.ingressQueue = reconcile.NewQueue("ingress", c.syncIngress)
	if err := c.serviceQueue.Watch(factory.Core().V1().Services().Informer()); err != nil {
		return nil, err
	}
	return c, c.ingressQueue.Watch(factory.Networking().V1().Ingresses().Informer())
}

// Run works until the context ends; the caches must be filled.
func (c *Controller) Run(ctx context.Context) {
	c.serviceQueue.Run(ctx, workers)
	c.ingressQueue.Run(ctx, workers)
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
	wanted := corev1.LoadBalancerStatus{}
	if service.Spec.Type == corev1.ServiceTypeLoadBalancer {
		address, err := c.pool.of(name, service.Spec.LoadBalancerIP)
		if err != nil {
			c.recorder.Eventf(service, corev1.EventTypeWarning, "SyncLoadBalancerFailed", "Error syncing load balancer: %v", err)
			return err
		}
		wanted.Ingress = []corev1.LoadBalancerIngress{{IP: address, IPMode: ptr.To(corev1.LoadBalancerIPModeVIP)}}
	} else {
		c.pool.free(name)
	}
	if equality.Semantic.DeepEqual(service.Status.LoadBalancer, wanted) {
		return nil
	}
	changed := service.DeepCopy()
	changed.Status.LoadBalancer = wanted
	if _, err := c.client.CoreV1().Services(service.Namespace).UpdateStatus(ctx, changed, metav1.UpdateOptions{}); err != nil {
		return ignoreGone(err)
	}
	if len(wanted.Ingress) > 0 {
		c.recorder.Event(service, corev1.EventTypeNormal, "EnsuredLoadBalancer", "Ensured load balancer")
	}
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
		// A controller of somebody else may have been faster; it is right.
		return nil
	}
	changed := ingress.DeepCopy()
	changed.Status.LoadBalancer = wanted
	_, err = c.client.NetworkingV1().Ingresses(ingress.Namespace).UpdateStatus(ctx, changed, metav1.UpdateOptions{})
	return ignoreGone(err)
}

func ignoreGone(err error) error {
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}
