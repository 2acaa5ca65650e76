package helm

import (
	"errors"
	"os"
	"slices"
	"sync"

	"helm.sh/helm/v4/pkg/chart"
	"helm.sh/helm/v4/pkg/chart/loader"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
	loaderv2 "helm.sh/helm/v4/pkg/chart/v2/loader"
	"sigs.k8s.io/yaml"
)

// Enough for a repository of charts; a chart that is pushed out is read again.
const maxCachedCharts = 256

// chartCache keeps parsed charts until any of their files changes.
type chartCache struct {
	mutex   sync.Mutex
	entries map[string]*cachedChart
	uses    uint64
}

type cachedChart struct {
	stamps []stamp
	chart  *chartv2.Chart
	digest string
	used   uint64
}

func newChartCache() *chartCache { return &chartCache{entries: map[string]*cachedChart{}} }

// loadedChart belongs to the request that asked for it: Helm's actions rewrite
// a chart's metadata, values and dependencies while they work.
type loadedChart struct {
	chart  chart.Charter
	digest string
}

// load returns the chart at the path, a folder or a packaged chart.
func (c *chartCache) load(path string) (*loadedChart, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	var files []visited
	if !info.IsDir() {
		if err := checkArchiveFile(path, info); err != nil {
			return nil, err
		}
	} else {
		if files, err = walkChart(path); err != nil {
			return nil, err
		}
	}
	stamps := stampsOf(info, files)
	if entry := c.lookup(path, stamps); entry != nil {
		return &loadedChart{chart: copyChart(entry.chart), digest: entry.digest}, nil
	}

	var buffered []*archive.BufferedFile
	if info.IsDir() {
		buffered, err = readVisited(files)
	} else {
		buffered, err = readArchive(path)
	}
	if err != nil {
		return nil, err
	}
	// The loader renames files of sub-charts in place, so the digest comes first.
	digest := digestOf(buffered)
	version, err := apiVersionOf(buffered)
	if err != nil {
		return nil, err
	}
	switch version {
	case "", chartv2.APIVersionV1, chartv2.APIVersionV2:
	default:
		// Only Helm itself can hold the newer kinds of chart; it decides what it accepts.
		other, err := loader.Load(path)
		if err != nil {
			return nil, err
		}
		return &loadedChart{chart: other, digest: digest}, nil
	}
	parsed, err := loaderv2.LoadFiles(buffered)
	if err != nil {
		return nil, err
	}
	c.store(path, &cachedChart{stamps: stamps, chart: parsed, digest: digest})
	return &loadedChart{chart: copyChart(parsed), digest: digest}, nil
}

func (c *chartCache) lookup(path string, stamps []stamp) *cachedChart {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	entry := c.entries[path]
	if entry == nil || !slices.Equal(entry.stamps, stamps) {
		return nil
	}
	c.uses++
	entry.used = c.uses
	return entry
}

func (c *chartCache) store(path string, entry *cachedChart) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.uses++
	entry.used = c.uses
	c.entries[path] = entry
	if len(c.entries) <= maxCachedCharts {
		return
	}
	oldest := path
	for key, other := range c.entries {
		if other.used < c.entries[oldest].used {
			oldest = key
		}
	}
	delete(c.entries, oldest)
}

func stampsOf(info os.FileInfo, files []visited) []stamp {
	if !info.IsDir() {
		return []stamp{stampOf("", info)}
	}
	stamps := make([]stamp, len(files))
	for i, file := range files {
		stamps[i] = file.stamp
	}
	return stamps
}

func apiVersionOf(files []*archive.BufferedFile) (string, error) {
	for _, file := range files {
		if file.Name != "Chart.yaml" {
			continue
		}
		var head struct {
			APIVersion string `json:"apiVersion"`
		}
		if err := yaml.Unmarshal(file.Data, &head); err != nil {
			return "", &chartFileError{file: "Chart.yaml", err: err}
		}
		return head.APIVersion, nil
	}
	return "", errors.New("Chart.yaml file is missing") //nolint:staticcheck // Helm's own words
}

// chartFileError is a file of the chart that cannot be understood.
type chartFileError struct {
	file string
	err  error
}

func (e *chartFileError) Error() string { return "cannot load " + e.file + ": " + e.err.Error() }
func (e *chartFileError) Unwrap() error { return e.err }
