package kubelet

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/resourceversion"
	"k8s.io/client-go/tools/cache"
	utilpod "k8s.io/kubernetes/pkg/util/pod"
	"k8s.io/utils/ptr"

	"seatrial/engine/internal/simulation/lifecycle"
	"seatrial/engine/internal/simulation/nodes"
	"seatrial/engine/internal/simulation/reconcile"
	"seatrial/engine/internal/simulation/rules"
)

// entry is what is known of one pod.
type entry struct {
	uid     types.UID
	blocked atomic.Bool

	// mu guards what follows against readers of logs; the queue gives a pod to one worker at a time.
	mu   sync.Mutex
	life lifecycle.Pod
	// latest is the pod as the API server answered last, which the cache may not have yet.
	latest *corev1.Pod
	// told are the messages about references that were taken as there.
	told map[string]bool
}

// assumed has every message told once.
func (e *entry) assumed(tell func(lifecycle.Event)) func(lifecycle.Event) {
	return func(event lifecycle.Event) {
		if e.told[event.Message] {
			return
		}
		if e.told == nil {
			e.told = map[string]bool{}
		}
		e.told[event.Message] = true
		tell(event)
	}
}

// sync takes one pod to where it is by now.
func (k *Kubelet) sync(ctx context.Context, name cache.ObjectName) error {
	pod, err := k.podLister.Pods(name.Namespace).Get(name.Name)
	if apierrors.IsNotFound(err) {
		k.forget(name)
		return nil
	}
	if err != nil {
		return err
	}
	e := k.entry(name, pod)
	e.mu.Lock()
	defer e.mu.Unlock()
	pod = e.newest(pod)
	if k.config.Rules.Lost(pod.Spec.NodeName) {
		return k.leave(ctx, pod)
	}
	if isStaged, err := k.leaveToStages(ctx, name, e, pod); isStaged || err != nil {
		return reconcile.IgnoreGone(err)
	}
	node, err := k.nodes.Get(pod.Spec.NodeName)
	if err != nil || !nodes.AreSimulated(node) {
		// It belongs to nobody here. A pod whose node has gone is the pod garbage collector's.
		return nil
	}
	podIP, err := k.addresses.of(pod, node)
	if err != nil {
		return err
	}

	world := k.world(ctx, e, pod, time.Now())
	outcome := e.life.Advance(pod, world)
	e.blocked.Store(world.VolumeProblem != "" || e.life.WaitsForConfig())
	for _, event := range outcome.Events {
		k.recorders.record(pod, event)
	}
	status := e.life.Status(pod, world, lifecycle.Addresses{HostIP: hostIP(node), PodIP: podIP})
	// Before anybody knows of its success: a hook's Role goes with the hook.
	hasWorked := k.makers.worked(ctx, pod, &status)
	if err := k.report(ctx, e, pod, status, outcome.Gone); err != nil {
		return reconcile.IgnoreGone(err)
	}
	if hasWorked {
		k.EnqueueBlocked(pod.Namespace)
	}
	if !outcome.Wake.IsZero() {
		k.queue.AddAfter(name, outcome.Wake.Sub(world.Now))
	}
	return nil
}

// report writes the status if it has changed, and lets a pod go of which nothing is left.
func (k *Kubelet) report(ctx context.Context, e *entry, pod *corev1.Pod, status corev1.PodStatus, gone bool) error {
	// Nobody would see the last status of a pod that is removed in the same moment.
	if (!gone || len(pod.Finalizers) > 0) && !equality.Semantic.DeepEqual(pod.Status, status) {
		updated, _, unchanged, err := utilpod.PatchPodStatus(ctx, k.config.Client, pod.Namespace, pod.Name, pod.UID, pod.Status, status)
		if err != nil {
			return err
		}
		if !unchanged {
			e.latest = updated
		}
	}
	if !gone || pod.DeletionGracePeriodSeconds != nil && *pod.DeletionGracePeriodSeconds == 0 {
		return nil
	}
	return k.letGo(ctx, pod)
}

// letGo removes the object of a pod of which nothing is left.
func (k *Kubelet) letGo(ctx context.Context, pod *corev1.Pod) error {
	return k.config.Client.CoreV1().Pods(pod.Namespace).Delete(ctx, pod.Name, metav1.DeleteOptions{
		GracePeriodSeconds: ptr.To[int64](0),
		Preconditions:      metav1.NewUIDPreconditions(string(pod.UID)),
	})
}

func (k *Kubelet) world(ctx context.Context, e *entry, pod *corev1.Pod, now time.Time) lifecycle.World {
	owners := sync.OnceValue(func() []rules.Owner { return k.config.Owners.Owners(ctx, pod) })
	behaviours := map[string]lifecycle.Behaviour{}
	find := &assuming{references: k.references, makers: k.makers, pod: pod, assumed: e.assumed(func(event lifecycle.Event) {
		k.recorders.record(pod, event)
	})}
	return lifecycle.World{
		Now: now,
		Behaviour: func(container *corev1.Container) lifecycle.Behaviour {
			behaviour, known := behaviours[container.Name]
			if !known {
				behaviour = k.config.Rules.Behaviour(pod, container, k.config.Defaults.Default(pod, container), owners)
				behaviours[container.Name] = behaviour
			}
			return behaviour
		},
		VolumeProblem:      volumeProblem(ctx, find, pod),
		ConfigProblem:      func(container *corev1.Container) string { return configProblem(ctx, find, pod, container) },
		MissingPullSecrets: func() []string { return missingPullSecrets(ctx, k.references, pod) },
	}
}

func (k *Kubelet) entry(name cache.ObjectName, pod *corev1.Pod) *entry {
	k.mu.Lock()
	defer k.mu.Unlock()
	e, known := k.entries[name]
	if !known || e.uid != pod.UID {
		if known {
			k.addresses.free(e.uid)
		}
		e = &entry{uid: pod.UID}
		k.entries[name] = e
	}
	return e
}

func (k *Kubelet) forget(name cache.ObjectName) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if e, known := k.entries[name]; known {
		k.addresses.free(e.uid)
		k.makers.forgetPod(e.uid)
		k.config.Stages.Unclaim(e.uid)
		delete(k.entries, name)
	}
}

// newest is the cached pod, or the one that the API server answered with if that is newer.
func (e *entry) newest(cached *corev1.Pod) *corev1.Pod {
	if e.latest != nil {
		order, err := resourceversion.CompareResourceVersion(e.latest.ResourceVersion, cached.ResourceVersion)
		if err == nil && order > 0 {
			return e.latest
		}
		e.latest = nil
	}
	return cached
}

func hostIP(node *corev1.Node) string {
	for _, address := range node.Status.Addresses {
		if address.Type == corev1.NodeInternalIP {
			return address.Address
		}
	}
	return ""
}
