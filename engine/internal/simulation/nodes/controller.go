package nodes

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/record"
	"k8s.io/klog/v2"
	controllerutil "k8s.io/kubernetes/pkg/controller/util/node"

	"seatrial/engine/internal/simulation/reconcile"
)

// Controller reports the nodes' conditions: as their kubelets, and as upstream's node controller about kubelets that are silent. That
// one would tell by a clock, which also runs while a busy machine stops this process.
type Controller struct {
	client kubernetes.Interface
	lister corelisters.NodeLister
	queue  *reconcile.Queue
	events record.EventRecorder
	// lost says whether a rule has a node's kubelet silent.
	lost func(name string) bool
}

// NewController prepares the controller; the informers that it needs are added to the factory.
func NewController(
	client kubernetes.Interface, factory informers.SharedInformerFactory, events record.EventRecorder, lost func(name string) bool,
) (*Controller, error) {
	c := &Controller{client: client, lister: factory.Core().V1().Nodes().Lister(), events: events, lost: lost}
	c.queue = reconcile.NewQueue("node", c.sync)
	return c, c.queue.Watch(factory.Core().V1().Nodes().Informer())
}

// Run works until the context ends. It returns at once; the factory's caches must be filled.
func (c *Controller) Run(ctx context.Context) { c.queue.Run(ctx, 1) }

// EnqueueAll has all nodes looked at again.
func (c *Controller) EnqueueAll() {
	for _, name := range c.Names() {
		c.queue.Add(cache.ObjectName{Name: name})
	}
}

// Names are those of the nodes that there are.
func (c *Controller) Names() []string {
	names := []string{}
	// A lister of a cache has no errors.
	list, _ := c.lister.List(labels.Everything())
	for _, node := range list {
		names = append(names, node.Name)
	}
	return names
}

func (c *Controller) sync(ctx context.Context, name cache.ObjectName) error {
	node, err := c.lister.Get(name.Name)
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil || node.Annotations[Annotation] == "" {
		return err
	}
	lost := c.lost(node.Name)
	if lost == isSilent(node) {
		return nil
	}
	node = node.DeepCopy()
	now := metav1.NewTime(time.Now()).Rfc3339Copy()
	what := "NodeReady"
	if lost {
		what = "NodeNotReady"
		node.Status.Conditions = unknownConditions(node.Status.Conditions, now)
	} else {
		node.Status.Conditions = withConditions(node.Status.Conditions, readyConditions(now))
	}
	if _, err := c.client.CoreV1().Nodes().UpdateStatus(ctx, node, metav1.UpdateOptions{}); err != nil {
		return err
	}
	controllerutil.RecordNodeStatusChange(klog.FromContext(ctx), c.events, node, what)
	return nil
}

// withConditions puts conditions in the place of those of their types.
func withConditions(old, own []corev1.NodeCondition) []corev1.NodeCondition {
	types := map[corev1.NodeConditionType]bool{}
	for _, condition := range own {
		types[condition.Type] = true
	}
	for _, condition := range old {
		if !types[condition.Type] {
			own = append(own, condition)
		}
	}
	return own
}
