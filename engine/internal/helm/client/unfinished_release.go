package client

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/release"
	"helm.sh/helm/v4/pkg/release/common"
	releasev1 "helm.sh/helm/v4/pkg/release/v1"
	"helm.sh/helm/v4/pkg/storage/driver"

	"seatrial/engine/internal/helm/failure"
)

// recordingDriver records the status in which this request left each release that it wrote, so that
// releases of other requests are never touched.
type recordingDriver struct {
	driver.Driver
	mutex    sync.Mutex
	statuses map[string]common.Status
}

func recordReleases(cfg *action.Configuration) {
	cfg.Releases.Driver = &recordingDriver{Driver: cfg.Releases.Driver, statuses: map[string]common.Status{}}
}

func (d *recordingDriver) Create(key string, rel release.Releaser) error {
	err := d.Driver.Create(key, rel)
	d.record(key, rel, err)
	return failure.OfRecord(err, key, TypedRelease(rel))
}

func (d *recordingDriver) Update(key string, rel release.Releaser) error {
	err := d.Driver.Update(key, rel)
	d.record(key, rel, err)
	return failure.OfRecord(err, key, TypedRelease(rel))
}

func (d *recordingDriver) Delete(key string) (release.Releaser, error) {
	rel, err := d.Driver.Delete(key)
	if err == nil {
		d.mutex.Lock()
		delete(d.statuses, key)
		d.mutex.Unlock()
	}
	return rel, err
}

func (d *recordingDriver) record(key string, rel release.Releaser, err error) {
	written := TypedRelease(rel)
	if err != nil || written == nil || written.Info == nil {
		return
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.statuses[key] = written.Info.Status
}

// unfinished are the releases that stay locked, because nothing will finish their operation.
func (d *recordingDriver) unfinished(cancelled bool) []string {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	var keys []string
	for key, status := range d.statuses {
		// A failed uninstall can be requested again; after a cancelled uninstall nobody may do so.
		if status.IsPending() || (cancelled && status == common.StatusUninstalling) {
			keys = append(keys, key)
		}
	}
	return keys
}

// FailUnfinished marks the releases as failed that a failed action has left pending: Helm does not
// do so everywhere, and every later action would find the release locked. The release current, if
// any, is updated too.
func FailUnfinished(ctx context.Context, cfg *action.Configuration, cause error, current *releasev1.Release, logger *slog.Logger) {
	recorded, ok := cfg.Releases.Driver.(*recordingDriver)
	if !ok || cause == nil {
		return
	}
	description := fmt.Sprintf("The operation did not finish: %s", failure.Bounded(cause.Error()))
	for _, key := range recorded.unfinished(ctx.Err() != nil) {
		stored, err := recorded.Get(key)
		rel := TypedRelease(stored)
		if err == nil && rel != nil {
			rel.SetStatus(common.StatusFailed, description)
			err = recorded.Update(key, rel)
		}
		if err != nil {
			logger.Error("a release stays locked", "release", key, "cause", err)
			continue
		}
		if current != nil && rel.Name == current.Name && rel.Version == current.Version {
			current.SetStatus(common.StatusFailed, description)
		}
	}
}

// IsUnfinished reports whether a revision has failed, or was left in the middle of an operation.
func IsUnfinished(rel *releasev1.Release) bool {
	if rel == nil || rel.Info == nil {
		return false
	}
	status := rel.Info.Status
	return status == common.StatusFailed || status == common.StatusUninstalling || status.IsPending()
}

// FailRevision marks a revision as failed that a program has left pending.
func FailRevision(cfg *action.Configuration, rel *releasev1.Release, cause string, logger *slog.Logger) {
	if !rel.Info.Status.IsPending() {
		return
	}
	rel.SetStatus(common.StatusFailed, fmt.Sprintf("The operation did not finish: %s", failure.Bounded(cause)))
	if err := cfg.Releases.Update(rel); err != nil {
		logger.Error("a release stays locked", "release", rel.Name, "cause", err)
	}
}
