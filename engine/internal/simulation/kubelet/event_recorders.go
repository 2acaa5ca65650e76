package kubelet

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/record"

	"seatrial/engine/internal/simulation/lifecycle"
	"seatrial/engine/internal/simulation/reconcile"
)

// component is the reporter of a kubelet's events.
const component = "kubelet"

// Annotations of events about a Secret or ConfigMap. Their values are a lifecycle.Reference as JSON.
const (
	AnnotationAssumed = "seatrial.dev/assumed-reference"
	AnnotationMissing = "seatrial.dev/missing-reference"
)

// AnnotationSigner is on an event about a pod that waits for a certificate. Its value is the signer's name.
const AnnotationSigner = "seatrial.dev/awaited-signer"

// AnnotationPermanent is "true" on an event about a pod that can never become ready.
const AnnotationPermanent = "seatrial.dev/permanent"

// AnnotationEndless is "true" on the event about the start of a container that does not end by itself.
const AnnotationEndless = "seatrial.dev/endless"

// eventRecorders record events in the names of the nodes' kubelets.
type eventRecorders struct {
	backlog     *eventBacklog
	broadcaster record.EventBroadcaster
	mu          sync.Mutex
	byNode      map[string]record.EventRecorder
}

// newEventRecorders returns recorders that write while the kubelets are not busy.
func newEventRecorders(ctx context.Context, client kubernetes.Interface, areBusy func() bool) *eventRecorders {
	r := &eventRecorders{
		backlog: newEventBacklog(areBusy), broadcaster: reconcile.NewBroadcaster(ctx, client), byNode: map[string]record.EventRecorder{},
	}
	go r.backlog.run(ctx)
	return r
}

func (r *eventRecorders) record(pod *corev1.Pod, event lifecycle.Event) {
	reference := &corev1.ObjectReference{
		APIVersion: "v1", Kind: "Pod", Namespace: pod.Namespace, Name: pod.Name, UID: pod.UID, ResourceVersion: pod.ResourceVersion,
	}
	if event.Container != "" {
		list := "containers"
		if event.Init {
			list = "initContainers"
		}
		reference.FieldPath = fmt.Sprintf("spec.%s{%s}", list, event.Container)
	}
	recorder := r.of(pod.Spec.NodeName)
	r.backlog.add(func() {
		recorder.AnnotatedEventf(reference, annotationsOf(event), event.Type, event.Reason, "%s", event.Message)
	})
}

func annotationsOf(event lifecycle.Event) map[string]string {
	annotations := map[string]string{}
	for name, reference := range map[string]*lifecycle.Reference{
		AnnotationAssumed: event.Assumed, AnnotationMissing: event.Missing,
	} {
		if reference != nil {
			encoded, _ := json.Marshal(reference)
			annotations[name] = string(encoded)
		}
	}
	if event.Signer != "" {
		annotations[AnnotationSigner] = event.Signer
	}
	if event.Permanent {
		annotations[AnnotationPermanent] = "true"
	}
	if event.Endless {
		annotations[AnnotationEndless] = "true"
	}
	return annotations
}

func (r *eventRecorders) of(node string) record.EventRecorder {
	r.mu.Lock()
	defer r.mu.Unlock()
	recorder, known := r.byNode[node]
	if !known {
		recorder = reconcile.NewRecorder(r.broadcaster, component, node)
		r.byNode[node] = recorder
	}
	return recorder
}
