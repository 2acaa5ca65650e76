package kubelet

import (
	"context"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/cache"
	utilpod "k8s.io/kubernetes/pkg/util/pod"
	"k8s.io/utils/ptr"

	"seatrial/engine/internal/simulation/creation"
	"seatrial/engine/internal/simulation/environment"
	"seatrial/engine/internal/simulation/lifecycle"
	"seatrial/engine/internal/simulation/nodes"
	"seatrial/engine/internal/simulation/reconcile"
	"seatrial/engine/internal/simulation/rules"
)

// syncPod brings one pod to its current state.
func (k *Kubelet) syncPod(ctx context.Context, name cache.ObjectName) error {
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
		return k.syncPodOfLostNode(ctx, pod)
	}
	if isStaged, err := k.leaveToStages(ctx, name, e, pod); isStaged || err != nil {
		return reconcile.IgnoreGone(err)
	}
	node, err := k.config.Nodes.Get(pod.Spec.NodeName)
	if err != nil || !nodes.AreSimulated(node) {
		// The pod of a node that is not simulated is another kubelet's, and the pod of a deleted node is
		// the pod garbage collector's.
		return nil
	}
	podIP, err := k.config.Addresses.of(pod, node)
	if err != nil {
		return err
	}
	if !k.admits(ctx, e, pod, node) {
		k.queue.AddAfter(name, rejectionPause)
		return nil
	}
	k.certificates.Track(pod)

	addresses := environment.Addresses{HostIP: hostIP(node), PodIP: podIP}
	world := k.world(ctx, e, pod, addresses, time.Now())
	outcome := e.life.Advance(pod, world)
	if e.life.Ended() {
		k.admission.Release(pod.UID)
	}
	e.blocked.Store(world.VolumeProblem.Message != "" || e.life.WaitsForConfig())
	for _, event := range outcome.Events {
		k.recorders.record(pod, event)
	}
	status := e.life.Status(pod, world, addresses)
	// Before the success is reported: Helm deletes a hook's Role together with the hook.
	isNewCreator := k.creators.add(ctx, pod, &status)
	if err := k.report(ctx, e, pod, status, outcome.Gone); err != nil {
		return reconcile.IgnoreGone(err)
	}
	if isNewCreator {
		k.EnqueueBlocked(pod.Namespace)
	}
	if !outcome.Wake.IsZero() {
		k.queue.AddAfter(name, outcome.Wake.Sub(world.Now))
	}
	return nil
}

// report writes the status if it has changed, and removes a pod whose containers have ended for its
// deletion.
func (k *Kubelet) report(ctx context.Context, e *entry, pod *corev1.Pod, status corev1.PodStatus, gone bool) error {
	// Nobody would see the last status of a pod that is removed at the same moment.
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
	return k.removePod(ctx, pod)
}

// removePod removes the object of a pod whose containers have ended.
func (k *Kubelet) removePod(ctx context.Context, pod *corev1.Pod) error {
	return k.config.Client.CoreV1().Pods(pod.Namespace).Delete(ctx, pod.Name, metav1.DeleteOptions{
		GracePeriodSeconds: ptr.To[int64](0),
		Preconditions:      metav1.NewUIDPreconditions(string(pod.UID)),
	})
}

func (k *Kubelet) world(
	ctx context.Context, e *entry, pod *corev1.Pod, addresses environment.Addresses, now time.Time,
) lifecycle.World {
	owners := sync.OnceValue(func() []rules.Owner { return k.config.Owners.Owners(ctx, pod) })
	behaviours := map[string]lifecycle.Behaviour{}
	jobDeadline := k.jobDeadline(ctx, e, pod)
	find := &assumingLookup{referenceLookup: k.references, creators: k.creators, pod: pod, onAssume: func(event lifecycle.Event) {
		if e.isNew(event.Message) {
			k.recorders.record(pod, event)
		}
	}}
	return lifecycle.World{
		Now: now,
		Behaviour: func(container *corev1.Container) lifecycle.Behaviour {
			behaviour, known := behaviours[container.Name]
			if !known {
				behaviour = k.config.Defaults.Default(pod, container, addresses, jobDeadline)
				behaviour = k.config.Rules.Behaviour(pod, container, behaviour, owners)
				behaviours[container.Name] = behaviour
			}
			return behaviour
		},
		VolumeProblem: volumeProblem(ctx, find, k.clusterObjects, pod),
		ConfigProblem: func(container *corev1.Container) lifecycle.Problem {
			for _, check := range []func() lifecycle.Problem{
				func() lifecycle.Problem { return configProblem(ctx, find, pod, container) },
				func() lifecycle.Problem {
					return creation.SubPathProblem(ctx, k.config.Client, pod, container, addresses)
				},
				func() lifecycle.Problem { return creation.UserProblem(pod, container) },
			} {
				if problem := check(); problem.Message != "" {
					return problem
				}
			}
			return lifecycle.Problem{}
		},
		MissingPullSecrets: func() []string { return missingPullSecrets(ctx, k.references, pod) },
	}
}
