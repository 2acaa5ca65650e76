package reconcile

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/tools/record"
)

// NewBroadcaster returns a broadcaster that writes events to the API server in the background until the
// context ends.
func NewBroadcaster(ctx context.Context, client kubernetes.Interface) record.EventBroadcaster {
	broadcaster := record.NewBroadcaster(record.WithContext(ctx))
	broadcaster.StartRecordingToSink(&typedcorev1.EventSinkImpl{Interface: client.CoreV1().Events("")})
	return broadcaster
}

// NewRecorder returns a recorder of events in the name of a component.
func NewRecorder(broadcaster record.EventBroadcaster, component, host string) record.EventRecorder {
	return broadcaster.NewRecorder(scheme.Scheme, corev1.EventSource{Component: component, Host: host})
}
