package chart

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"helm.sh/helm/v4/pkg/cli"
	"helm.sh/helm/v4/pkg/getter"
	"helm.sh/helm/v4/pkg/registry"

	"seatrial/engine/internal/directories"
)

// DownloadTimeout applies to each download: an unreachable repository must not block a test for
// Helm's own two minutes.
const DownloadTimeout = 20 * time.Second

// HelmDirectories are Helm's directories, private to this engine. Sharing them between processes
// makes parallel runs of Helm read half-written index files.
type HelmDirectories struct {
	Settings *cli.EnvSettings
}

// NewHelmDirectories creates the directories below workDir (0700), which must be an absolute path.
func NewHelmDirectories(workDir string) (*HelmDirectories, error) {
	if !filepath.IsAbs(workDir) {
		return nil, errors.New("the work directory must be an absolute path")
	}
	settings := cli.New()
	cache, config, data := filepath.Join(workDir, "cache"), filepath.Join(workDir, "config"), filepath.Join(workDir, "data")
	settings.RepositoryCache = filepath.Join(cache, "repository")
	settings.ContentCache = filepath.Join(cache, "content")
	settings.RepositoryConfig = filepath.Join(config, "repositories.yaml")
	settings.RegistryConfig = filepath.Join(config, "registry.json")
	settings.PluginsDirectory = filepath.Join(data, "plugins")
	settings.Debug = false
	if err := directories.Make(workDir, cache, settings.RepositoryCache, settings.ContentCache, config, data); err != nil {
		return nil, err
	}
	// Some of Helm's packages ask the environment instead of the settings.
	for name, path := range map[string]string{"HELM_CACHE_HOME": cache, "HELM_CONFIG_HOME": config, "HELM_DATA_HOME": data} {
		if err := os.Setenv(name, path); err != nil {
			return nil, err
		}
	}
	return &HelmDirectories{Settings: settings}, nil
}

func (h *HelmDirectories) getters() getter.Providers {
	return getter.Getters(getter.WithTimeout(DownloadTimeout))
}

func (h *HelmDirectories) registry(out io.Writer) (*registry.Client, error) {
	return registry.NewClient(
		registry.ClientOptEnableCache(true),
		registry.ClientOptWriter(out),
		registry.ClientOptCredentialsFile(h.Settings.RegistryConfig),
		// The default client retries for minutes.
		registry.ClientOptHTTPClient(&http.Client{Transport: http.DefaultTransport, Timeout: DownloadTimeout}),
	)
}
