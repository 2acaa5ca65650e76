package service

import (
	"bytes"
	"net/http"
	"os"
	"strings"
	"testing"

	"seatrial/engine/internal/helm/helmtest"
	"seatrial/engine/internal/helm/wire"
	"seatrial/engine/internal/jsonhttp"
)

func TestUnknownKeysAndOtherBadRequestsAreRefused(t *testing.T) {
	service := newTestService(t)
	for name, body := range map[string]string{
		"an unknown key":       `{"chart":"/x","releseName":"web"}`,
		"a key of another":     `{"chart":"/x","reuseValues":true}`,
		"two values":           `{"chart":"/x"} {}`,
		"no JSON":              `chart`,
		"a wrong type":         `{"chart":7}`,
		"a wrong wait":         `{"chart":"/x","releaseName":"web","wait":"forever"}`,
		"a wrong timeout":      `{"chart":"/x","releaseName":"web","timeout":"5 minutes"}`,
		"a negative timeout":   `{"chart":"/x","releaseName":"web","timeout":"-1s"}`,
		"a wrong apply method": `{"chart":"/x","releaseName":"web","serverSide":"maybe"}`,
		"no release name":      `{"chart":"/x"}`,
		"a bad release name":   `{"chart":"/x","releaseName":"Not_OK"}`,
		"a contradiction":      `{"chart":"/x","releaseName":"web","forceReplace":true,"forceConflicts":true}`,
	} {
		t.Run(name, func(t *testing.T) {
			code, response := postRaw[errorBody](t, service, "install", []byte(body))
			if code != http.StatusBadRequest || response.Error == nil || response.Error.Code != wire.CodeRequest {
				t.Errorf("%s answered %d %+v", body, code, response.Error)
			}
		})
	}
}

func TestARequestThatIsTooLargeIsRefused(t *testing.T) {
	body := append([]byte(`{"chart":"`), bytes.Repeat([]byte("x"), jsonhttp.MaxRequestBytes)...)
	code, response := postRaw[errorBody](t, newTestService(t), "template", body)
	if code != http.StatusBadRequest || !strings.Contains(response.Error.Message, "larger than 67108864 bytes") {
		t.Errorf("got %d: %+v", code, response.Error)
	}
}

func TestWithoutAClusterVerbsSayThatItIsUnreachable(t *testing.T) {
	service := newTestService(t)
	chart := helmtest.WriteChart(t, nil)
	for verb, request := range map[string]map[string]any{
		"install":   {"chart": chart, "releaseName": "web"},
		"upgrade":   {"chart": chart, "releaseName": "web", "install": true},
		"rollback":  {"releaseName": "web"},
		"uninstall": {"releaseName": "web"},
		"test":      {"releaseName": "web"},
		"status":    {"releaseName": "web"},
		"history":   {"releaseName": "web"},
		"template":  {"chart": chart, "dryRun": "server"},
	} {
		t.Run(verb, func(t *testing.T) {
			refused := postForError(t, service, verb, http.StatusInternalServerError, request)
			if refused.Code != wire.CodeCluster || !strings.Contains(refused.Message, noCluster) {
				t.Errorf("got %s: %s", refused.Code, refused.Message)
			}
		})
	}
}

func TestHelmsDirectoriesArePrivate(t *testing.T) {
	t.Setenv("HELM_REPOSITORY_CACHE", "/elsewhere")
	t.Setenv("HELM_REGISTRY_CONFIG", "/elsewhere")
	service := newTestService(t)
	settings := service.directories.Settings
	for _, path := range []string{
		settings.RepositoryCache, settings.ContentCache, settings.RepositoryConfig, settings.RegistryConfig,
		settings.PluginsDirectory, os.Getenv("HELM_CACHE_HOME"), os.Getenv("HELM_CONFIG_HOME"), os.Getenv("HELM_DATA_HOME"),
	} {
		if !strings.HasPrefix(path, service.config.WorkDir+"/") {
			t.Errorf("%s is not in %s", path, service.config.WorkDir)
		}
	}
}
