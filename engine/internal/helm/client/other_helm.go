package client

import (
	"time"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/kube"
	release "helm.sh/helm/v4/pkg/release/v1"
	"k8s.io/cli-runtime/pkg/resource"

	"seatrial/engine/internal/helm/failure"
)

// Observer lets the client of another Helm observe and wait as this package's client does.
type Observer struct {
	client   *observedClient
	recorder *recordingDriver
}

// ObserverOf returns the observer of a configuration that Configuration has made.
func ObserverOf(cfg *action.Configuration) *Observer {
	return &Observer{client: cfg.KubeClient.(*observedClient), recorder: cfg.Releases.Driver.(*recordingDriver)}
}

// Factory makes the clients of the configuration.
func (o *Observer) Factory() kube.Factory { return o.client.Factory }

// DelayControllers is called before objects are applied; the returned function after that.
func (o *Observer) DelayControllers(resources []*resource.Info) (end func()) {
	return o.client.delayControllers(resources)
}

// Dropped records errors that Helm drops.
func (o *Observer) Dropped(errs []error) {
	o.client.mutex.Lock()
	defer o.client.mutex.Unlock()
	o.client.dropped = append(o.client.dropped, errs...)
}

// Stored records the status in which a release was stored, and describes the error of storing it.
func (o *Observer) Stored(key string, rel *release.Release, err error) error {
	o.recorder.record(key, rel, err)
	return failure.OfRecord(err, key, rel)
}

// Removed records that a release is no longer stored.
func (o *Observer) Removed(key string) {
	o.recorder.mutex.Lock()
	defer o.recorder.mutex.Unlock()
	delete(o.recorder.statuses, key)
}

// LegacyWait waits as Helm 3 does: Helm 4 has that code as its strategy "legacy".
func (o *Observer) LegacyWait(resources []*resource.Info, wait LegacyWait, timeout time.Duration) error {
	waiter, err := o.client.GetWaiter(kube.LegacyStrategy)
	if err != nil {
		return err
	}
	switch wait {
	case LegacyWaitReady:
		return waiter.Wait(resources, timeout)
	case LegacyWaitJobs:
		return waiter.WaitWithJobs(resources, timeout)
	case LegacyWaitDeleted:
		return waiter.WaitForDelete(resources, timeout)
	}
	return waiter.WatchUntilReady(resources, timeout)
}

// LegacyWait is what to wait for.
type LegacyWait int

const (
	// LegacyWaitReady waits until objects are ready, except Jobs.
	LegacyWaitReady LegacyWait = iota
	// LegacyWaitJobs also waits until Jobs have completed.
	LegacyWaitJobs
	// LegacyWaitDeleted waits until objects no longer exist.
	LegacyWaitDeleted
	// LegacyWaitHook waits until hooks have succeeded.
	LegacyWaitHook
)
