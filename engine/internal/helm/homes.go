package helm

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"helm.sh/helm/v4/pkg/cli"
	"helm.sh/helm/v4/pkg/getter"
	"helm.sh/helm/v4/pkg/registry"

	"seatrial/engine/internal/folders"
)

// An unreachable repository must not hold a test for Helm's own two minutes.
const downloadTimeout = 20 * time.Second

// homes are Helm's folders, private to this engine. Sharing them between
// processes is what makes parallel Helm runs read half-written index files.
type homes struct {
	settings *cli.EnvSettings
}

func newHomes(workDir string) (*homes, error) {
	if !filepath.IsAbs(workDir) {
		return nil, errors.New("the work folder must be an absolute path")
	}
	settings := cli.New()
	cache, config, data := filepath.Join(workDir, "cache"), filepath.Join(workDir, "config"), filepath.Join(workDir, "data")
	settings.RepositoryCache = filepath.Join(cache, "repository")
	settings.ContentCache = filepath.Join(cache, "content")
	settings.RepositoryConfig = filepath.Join(config, "repositories.yaml")
	settings.RegistryConfig = filepath.Join(config, "registry.json")
	settings.PluginsDirectory = filepath.Join(data, "plugins")
	settings.Debug = false
	if err := folders.Make(workDir, cache, settings.RepositoryCache, settings.ContentCache, config, data); err != nil {
		return nil, err
	}
	// Some of Helm's packages ask the environment instead of the settings.
	for name, folder := range map[string]string{"HELM_CACHE_HOME": cache, "HELM_CONFIG_HOME": config, "HELM_DATA_HOME": data} {
		if err := os.Setenv(name, folder); err != nil {
			return nil, err
		}
	}
	return &homes{settings: settings}, nil
}

func (h *homes) getters() getter.Providers {
	return getter.Getters(getter.WithTimeout(downloadTimeout))
}

func (h *homes) registry(out io.Writer) (*registry.Client, error) {
	return registry.NewClient(
		registry.ClientOptEnableCache(true),
		registry.ClientOptWriter(out),
		registry.ClientOptCredentialsFile(h.settings.RegistryConfig),
		// The default client tries again for minutes.
		registry.ClientOptHTTPClient(&http.Client{Transport: http.DefaultTransport, Timeout: downloadTimeout}),
	)
}

// debugOnly keeps Helm's chatter out of the log unless somebody asked for it.
func debugOnly(logger *slog.Logger) slog.Handler {
	if logger.Enabled(context.Background(), slog.LevelDebug) {
		return logger.Handler()
	}
	return slog.DiscardHandler
}
