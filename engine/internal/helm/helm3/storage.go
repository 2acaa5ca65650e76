package helm3

import (
	"helm.sh/helm/v3/pkg/release"
	"helm.sh/helm/v3/pkg/storage/driver"

	"seatrial/engine/internal/helm/client"
)

// recordingDriver records the status in which this request left each release that it wrote, as the
// driver for Helm 4 does.
type recordingDriver struct {
	driver.Driver
	observer *client.Observer
}

func (d *recordingDriver) Create(key string, rel *release.Release) error {
	return d.observer.Stored(key, toHelm4(rel), d.Driver.Create(key, rel))
}

func (d *recordingDriver) Update(key string, rel *release.Release) error {
	return d.observer.Stored(key, toHelm4(rel), d.Driver.Update(key, rel))
}

func (d *recordingDriver) Delete(key string) (*release.Release, error) {
	rel, err := d.Driver.Delete(key)
	if err == nil {
		d.observer.Removed(key)
	}
	return rel, err
}
