package helm

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

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
			if code != http.StatusBadRequest || response.Error == nil || response.Error.Code != CodeRequest {
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

func TestAnUnknownEndpointIsARequestError(t *testing.T) {
	code, response := postRaw[errorBody](t, newTestService(t), "explode", nil)
	if code != http.StatusBadRequest || response.Error.Message != "no endpoint POST /v1/explode" {
		t.Errorf("got %d: %+v", code, response.Error)
	}
}

func TestAPanicIsAnsweredAndTheServiceGoesOn(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/v1/template", func(http.ResponseWriter, *http.Request) { panic("a nil map") })
	service := newTestService(t)
	handler := recoverPanics(service.logger, mux)
	for range 2 {
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/v1/template", nil))
		if recorder.Code != http.StatusInternalServerError {
			t.Errorf("answered %d", recorder.Code)
		}
		want := `{"error":{"code":"internal","message":"the engine failed at /v1/template: a nil map"}}` + "\n"
		if recorder.Body.String() != want {
			t.Errorf("got %s", recorder.Body)
		}
	}
}

func TestWithoutAClusterVerbsSayThatItIsUnreachable(t *testing.T) {
	service := newTestService(t)
	chart := writeChart(t, nil)
	for verb, request := range map[string]map[string]any{
		"install":      {"chart": chart, "releaseName": "web"},
		"upgrade":      {"chart": chart, "releaseName": "web", "install": true},
		"rollback":     {"releaseName": "web"},
		"uninstall":    {"releaseName": "web"},
		"test":         {"releaseName": "web"},
		"status":       {"releaseName": "web"},
		"history":      {"releaseName": "web"},
		"get-values":   {"releaseName": "web"},
		"get-manifest": {"releaseName": "web"},
		"get-notes":    {"releaseName": "web"},
		"template":     {"chart": chart, "dryRun": "server"},
	} {
		t.Run(verb, func(t *testing.T) {
			failure := postForError(t, service, verb, http.StatusInternalServerError, request)
			if failure.Code != CodeCluster || !strings.Contains(failure.Message, noCluster) {
				t.Errorf("got %s: %s", failure.Code, failure.Message)
			}
		})
	}
}

func TestStopIsAnsweredBeforeTheEngineIsAsked(t *testing.T) {
	asked := make(chan string, 2)
	service := newTestService(t)
	service.config.Stop = func(reason string) { asked <- reason }
	for range 2 {
		recorder := httptest.NewRecorder()
		service.Handler().ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/v1/stop", strings.NewReader("{}")))
		if recorder.Code != http.StatusAccepted {
			t.Errorf("answered %d", recorder.Code)
		}
	}
	select {
	case reason := <-asked:
		if reason != "requested" {
			t.Errorf("the reason is %q", reason)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the engine was not asked to stop within 5 s")
	}
	if len(asked) != 0 {
		t.Error("the engine was asked twice")
	}
}

func TestInfoAnswersWhatTheEngineSays(t *testing.T) {
	recorder := httptest.NewRecorder()
	newTestService(t).Handler().ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/v1/info", nil))
	if recorder.Code != http.StatusOK || recorder.Body.String() != `{"type":"hello"}`+"\n" {
		t.Errorf("got %d: %s", recorder.Code, recorder.Body)
	}
}

func TestHelmsFoldersArePrivate(t *testing.T) {
	t.Setenv("HELM_REPOSITORY_CACHE", "/elsewhere")
	t.Setenv("HELM_REGISTRY_CONFIG", "/elsewhere")
	service := newTestService(t)
	settings := service.homes.settings
	for _, path := range []string{
		settings.RepositoryCache, settings.ContentCache, settings.RepositoryConfig, settings.RegistryConfig,
		settings.PluginsDirectory, os.Getenv("HELM_CACHE_HOME"), os.Getenv("HELM_CONFIG_HOME"), os.Getenv("HELM_DATA_HOME"),
	} {
		if !strings.HasPrefix(path, service.config.WorkDir+"/") {
			t.Errorf("%s is not in %s", path, service.config.WorkDir)
		}
	}
}
