package helm

import (
	"context"
	"fmt"
	"sync"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/release"
	"helm.sh/helm/v4/pkg/release/common"
	releasev1 "helm.sh/helm/v4/pkg/release/v1"
	"helm.sh/helm/v4/pkg/storage/driver"
)

// notedDriver remembers in which state this request left the releases that it
// wrote, so that it never touches those that another request is working on.
type notedDriver struct {
	driver.Driver
	mutex  sync.Mutex
	states map[string]common.Status
}

func noteReleases(cfg *action.Configuration) {
	cfg.Releases.Driver = &notedDriver{Driver: cfg.Releases.Driver, states: map[string]common.Status{}}
}

func (d *notedDriver) Create(key string, rel release.Releaser) error {
	err := d.Driver.Create(key, rel)
	d.note(key, rel, err)
	return err
}

func (d *notedDriver) Update(key string, rel release.Releaser) error {
	err := d.Driver.Update(key, rel)
	d.note(key, rel, err)
	return err
}

func (d *notedDriver) Delete(key string) (release.Releaser, error) {
	rel, err := d.Driver.Delete(key)
	if err == nil {
		d.mutex.Lock()
		delete(d.states, key)
		d.mutex.Unlock()
	}
	return rel, err
}

func (d *notedDriver) note(key string, rel release.Releaser, err error) {
	written := typedRelease(rel)
	if err != nil || written == nil || written.Info == nil {
		return
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.states[key] = written.Info.Status
}

// unsettled are the releases that wait for somebody who will not come back.
func (d *notedDriver) unsettled(cancelled bool) []string {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	var keys []string
	for key, status := range d.states {
		// An uninstall that failed can be asked for again; one that was cancelled may never be.
		if status.IsPending() || (cancelled && status == common.StatusUninstalling) {
			keys = append(keys, key)
		}
	}
	return keys
}

// settle marks as failed what a failed action has left pending: Helm forgets to
// in some places, and every later action would find the release locked.
func (s *Service) settle(ctx context.Context, cfg *action.Configuration, cause error, current *releasev1.Release) {
	noted, ok := cfg.Releases.Driver.(*notedDriver)
	if !ok || cause == nil {
		return
	}
	description := fmt.Sprintf("The operation did not end: %s", bounded(cause.Error()))
	for _, key := range noted.unsettled(ctx.Err() != nil) {
		stored, err := noted.Get(key)
		rel := typedRelease(stored)
		if err == nil && rel != nil {
			rel.SetStatus(common.StatusFailed, description)
			err = noted.Update(key, rel)
		}
		if err != nil {
			s.logger.Error("a release stays locked", "release", key, "cause", err)
			continue
		}
		if current != nil && rel.Name == current.Name && rel.Version == current.Version {
			current.SetStatus(common.StatusFailed, description)
		}
	}
}
