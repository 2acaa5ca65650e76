package nodes

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/record"
	"k8s.io/klog/v2"
	controllerutil "k8s.io/kubernetes/pkg/controller/util/node"

	"seatrial/engine/internal/simulation/reconcile"
)

// ControllerConfig is what a Controller needs from the process around it.
type ControllerConfig struct {
	Client    kubernetes.Interface
	Informers informers.SharedInformerFactory
	// Monitor writes events in the name of upstream's node controller.
	Monitor record.EventRecorder
	// Lost says whether a rule has a node's kubelet silent.
	Lost func(name string) bool
	// Claimed says whether somebody else makes new nodes ready.
	Claimed func() bool
	// Version is what the kubelets report as theirs.
	Version string
}

// Controller reports the nodes' conditions: as their kubelets, and as upstream's node controller about kubelets that are silent. That
// one would tell by a clock, which also runs while a busy machine stops this process.
type Controller struct {
	ControllerConfig
	lister corelisters.NodeLister
	queue  *reconcile.Queue
	// What follows is used by the queue's only worker.
	numbers numbers
	// silenced are the nodes that a rule has had lost, left those that somebody else makes ready.
	silenced, left map[types.UID]bool
}

// NewController prepares the controller; the informers that it needs are added to the factory.
func NewController(config ControllerConfig) (*Controller, error) {
	c := &Controller{
		ControllerConfig: config, lister: config.Informers.Core().V1().Nodes().Lister(),
		numbers: numbers{}, silenced: map[types.UID]bool{}, left: map[types.UID]bool{},
	}
	c.queue = reconcile.NewQueue("node", c.sync)
	return c, c.queue.Watch(config.Informers.Core().V1().Nodes().Informer())
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
		c.numbers.free(name.Name)
		return nil
	}
	if err != nil {
		return err
	}
	if !c.isAdopted(node) {
		return c.adopt(ctx, node)
	}
	lost := c.Lost(node.Name)
	if !AreSimulated(node) || lost == c.silenced[node.UID] {
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
	if _, err := c.Client.CoreV1().Nodes().UpdateStatus(ctx, node, metav1.UpdateOptions{}); err != nil {
		return err
	}
	c.silenced[node.UID] = lost
	controllerutil.RecordNodeStatusChange(klog.FromContext(ctx), c.Monitor, node, what)
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
