package chart

import (
	"errors"
	"slices"

	"helm.sh/helm/v4/pkg/chart"
	"helm.sh/helm/v4/pkg/chart/loader"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
	loaderv2 "helm.sh/helm/v4/pkg/chart/v2/loader"
	"k8s.io/utils/lru"
	"sigs.k8s.io/yaml"
)

// Enough for a repository of charts; a chart that was evicted is read again.
const maxCachedCharts = 256

// cache keeps parsed charts until any of their files changes.
type cache struct {
	entries *lru.Cache
}

type cachedChart struct {
	stamps  []stamp
	chart   *chartv2.Chart
	digest  string
	unread  []unreadLink
	ignored []ignoredFile
	// weakened has the schemas that refer to other documents.
	weakened weakenedSchemas
}

func newCache() *cache { return &cache{entries: lru.New(maxCachedCharts)} }

// Loaded is a copy of a chart for one request: Helm's actions rewrite a chart's metadata, values
// and dependencies.
type Loaded struct {
	Chart chart.Charter
	// Digest is "sha256:…" over the chart's files.
	Digest   string
	unread   []unreadLink
	ignored  []ignoredFile
	weakened weakenedSchemas
}

func (c *cachedChart) loaded() *Loaded {
	return &Loaded{Chart: copyChart(c.chart), Digest: c.digest, unread: c.unread, ignored: c.ignored, weakened: c.weakened}
}

// load returns the chart at the path of a directory or a packaged chart.
func (c *cache) load(path string) (*Loaded, error) {
	found, err := findFiles(path)
	if err != nil {
		return nil, err
	}
	if entry := c.lookup(path, found); entry != nil {
		return entry.loaded(), nil
	}
	buffered, err := found.read()
	if err != nil {
		return nil, err
	}
	// The loader renames files of sub-charts in place, so the digest comes first.
	digest := digestOf(buffered)
	if err := checkEncodings(buffered); err != nil {
		return nil, err
	}
	version, err := apiVersionOf(buffered)
	if err != nil {
		return nil, incomplete(found.unread, found.orIgnored(err))
	}
	switch version {
	case "", chartv2.APIVersionV1, chartv2.APIVersionV2:
	default:
		if err := found.checkLinks(); err != nil {
			return nil, err
		}
		// Only Helm itself can represent the newer kinds of chart; it decides which it accepts.
		other, err := loader.Load(path)
		if err != nil {
			return nil, err
		}
		return &Loaded{Chart: other, Digest: digest}, nil
	}
	parsed, err := loaderv2.LoadFiles(buffered)
	if err != nil {
		return nil, incomplete(found.unread, err)
	}
	entry := &cachedChart{
		stamps: found.stamps, chart: parsed, digest: digest, unread: found.unread, ignored: found.ignored,
		weakened: weakenSchemas(parsed),
	}
	c.entries.Add(path, entry)
	return entry.loaded(), nil
}

// digest returns the digest of the chart's files as they are now, without parsing any of them.
func (c *cache) digest(path string) (string, error) {
	found, err := findFiles(path)
	if err != nil {
		return "", err
	}
	if entry := c.lookup(path, found); entry != nil {
		return entry.digest, nil
	}
	buffered, err := found.read()
	if err != nil {
		return "", err
	}
	return digestOf(buffered), nil
}

func (c *cache) lookup(path string, found *chartFiles) *cachedChart {
	entry, known := c.entries.Get(path)
	if !known {
		return nil
	}
	cached := entry.(*cachedChart)
	if !slices.Equal(cached.stamps, found.stamps) || !slices.Equal(cached.unread, found.unread) || !slices.Equal(cached.ignored, found.ignored) {
		return nil
	}
	return cached
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
	return "", errNoChartFile
}

var errNoChartFile = errors.New("Chart.yaml file is missing") //nolint:staticcheck // Helm's own words

// chartFileError is a file of the chart that cannot be parsed.
type chartFileError struct {
	file string
	err  error
}

func (e *chartFileError) Error() string { return "cannot load " + e.file + ": " + e.err.Error() }
func (e *chartFileError) Unwrap() error { return e.err }
