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

// silence is how long somebody has to report the status of a node that is not simulated.
const silence = 2 * time.Second

// ControllerConfig is what a Controller needs from the process around it.
type ControllerConfig struct {
	Client    kubernetes.Interface
	Informers informers.SharedInformerFactory
	// Monitor records events in the name of upstream's node controller.
	Monitor record.EventRecorder
	// Lost reports whether a rule marks a node as lost.
	Lost func(name string) bool
	// HasNodeStages reports whether Stages make new nodes ready.
	HasNodeStages func() bool
	// Version is the version that the kubelets report.
	Version string
}

// Controller reports the nodes' conditions: as their kubelets do, and for lost nodes as upstream's node
// controller does. Upstream's uses a clock, which also runs while a busy machine stops this process.
type Controller struct {
	ControllerConfig
	lister corelisters.NodeLister
	queue  *reconcile.Queue
	// The fields below are used by the queue's only worker.
	numbers numbers
	// lost are the nodes that were reported as lost, leftToStages those whose status Stages write.
	lost, leftToStages map[types.UID]bool
}

// NewController returns the controller before Run. It adds the informers that it needs to the factory.
func NewController(config ControllerConfig) (*Controller, error) {
	c := &Controller{
		ControllerConfig: config, lister: config.Informers.Core().V1().Nodes().Lister(),
		numbers: numbers{}, lost: map[types.UID]bool{}, leftToStages: map[types.UID]bool{},
	}
	c.queue = reconcile.NewQueue("node", c.sync)
	return c, c.queue.Watch(config.Informers.Core().V1().Nodes().Informer())
}

// Run starts the work, which lasts until the context ends. The factory's caches must be filled.
func (c *Controller) Run(ctx context.Context) { c.queue.Run(ctx, 1) }

// EnqueueAll syncs all nodes again.
func (c *Controller) EnqueueAll() {
	for _, name := range c.Names() {
		c.queue.Add(cache.ObjectName{Name: name})
	}
}

// Names returns the names of all nodes.
func (c *Controller) Names() []string {
	names := []string{}
	// Listing from a cache never fails.
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
	if !AreSimulated(node) && len(node.Status.Conditions) == 0 && !c.HasNodeStages() {
		return c.reportSilence(ctx, name, node)
	}
	lost := c.Lost(node.Name)
	if !AreSimulated(node) || lost == c.lost[node.UID] {
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
	c.lost[node.UID] = lost
	controllerutil.RecordNodeStatusChange(klog.FromContext(ctx), c.Monitor, node, what)
	return nil
}

// reportSilence gives a node that is not simulated, and that nobody reports about, the conditions that upstream's
// node controller gives it after a minute.
func (c *Controller) reportSilence(ctx context.Context, name cache.ObjectName, node *corev1.Node) error {
	if wait := silence - time.Since(node.CreationTimestamp.Time); wait > 0 {
		c.queue.AddAfter(name, wait)
		return nil
	}
	node = node.DeepCopy()
	node.Status.Conditions = neverReported(node, metav1.NewTime(time.Now()).Rfc3339Copy())
	_, err := c.Client.CoreV1().Nodes().UpdateStatus(ctx, node, metav1.UpdateOptions{})
	return err
}

// withConditions replaces the conditions of the same types.
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
