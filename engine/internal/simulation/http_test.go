package simulation

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"seatrial/engine/internal/jsonhttp"
	"seatrial/engine/internal/simulation/rules"
)

// repository is resolved before TestMain changes the working directory.
var repository = func() string {
	dir, err := filepath.Abs("../../..")
	if err != nil {
		panic(err)
	}
	return dir
}()

// Each fixture is one exchange; the TypeScript side reads the same files.
func TestTheFixturesAreExchangesOfTheEndpoints(t *testing.T) {
	responses := map[string]func() any{
		"apply":                 func() any { return &applyResponse{} },
		"apply-while-connected": func() any { return &applyResponse{} },
		"remove":                func() any { return &removeResponse{} },
		"list":                  func() any { return &listRulesResponse{} },
		"error-request":         func() any { return &jsonhttp.ErrorBody{} },

		"stages-apply":         func() any { return &applyResponse{} },
		"stages-remove":        func() any { return &removeResponse{} },
		"stages-list":          func() any { return &listStagesResponse{} },
		"stages-error-request": func() any { return &jsonhttp.ErrorBody{} },
	}
	files, err := filepath.Glob(filepath.Join(repository, "fixtures", "simulation", "*.json"))
	if err != nil || len(files) != len(responses) {
		t.Fatalf("%d fixtures for %d exchanges: %v", len(files), len(responses), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var exchange struct {
				Endpoint string          `json:"endpoint"`
				Request  json.RawMessage `json:"request"`
				Status   int             `json:"status"`
				Response json.RawMessage `json:"response"`
			}
			if err := json.Unmarshal(content, &exchange); err != nil {
				t.Fatal(err)
			}
			response := responses[name]()
			sameJSON(t, exchange.Response, response)

			method, path, _ := strings.Cut(exchange.Endpoint, " ")
			recorder := httptest.NewRecorder()
			simulation := withoutRules()
			t.Cleanup(func() { simulation.stages.RemoveNamespace("web-x7k2p") })
			ctx, hangUp := context.WithCancel(context.Background())
			defer hangUp()
			if name == "apply-while-connected" {
				// The request lasts as long as its connection.
				hangUp()
			}
			request := httptest.NewRequestWithContext(ctx, method, path, strings.NewReader(string(exchange.Request)))
			simulation.Handler().ServeHTTP(recorder, request)
			if recorder.Code != exchange.Status {
				t.Errorf("%s is answered with %d: %s", exchange.Endpoint, recorder.Code, recorder.Body)
			}
			// There are no rules to list or to remove.
			if name == "apply" || name == "apply-while-connected" || strings.HasSuffix(name, "error-request") {
				sameJSON(t, exchange.Response, json.RawMessage(recorder.Body.Bytes()))
			}
		})
	}
}

// withoutRules returns the cluster's simulation with a new store of rules, which affect no pod.
func withoutRules() *Simulation {
	simulation := *cluster.simulation
	simulation.rules = rules.NewStore()
	return &simulation
}

// sameJSON decodes content into a value, and fails when the encoded value differs from content.
func sameJSON(t *testing.T, content []byte, into any) {
	t.Helper()
	encoded, raw := into.(json.RawMessage)
	if !raw {
		if err := json.Unmarshal(content, into); err != nil {
			t.Fatal(err)
		}
		var err error
		if encoded, err = json.Marshal(into); err != nil {
			t.Fatal(err)
		}
	}
	var want, got any
	if err := json.Unmarshal(content, &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(encoded, &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(want, got) {
		t.Errorf("the fixture is\n%s\nthe engine says\n%s", content, encoded)
	}
}

func TestInvalidRequestsAreRejected(t *testing.T) {
	for body, message := range map[string]string{
		`{"rules":[]}`: "rules is empty",
		`{"rules":[{"selector":{},"effect":{"exitcode":1,"unknown":2}}]}`:               `unknown field "unknown"`,
		`{"rules":[{"selector":{},"effect":{"exitCode":256}}]}`:                         "effect.exitCode is 256",
		`{"rules":[{"selector":{},"effect":{"exitCode":1,"oomKilled":true}}]}`:          "more than one of exitCode, oomKilled, crashLoop and evict",
		`{"rules":[{"selector":{},"effect":{"exitCode":1,"evict":1}}]}`:                 "more than one of exitCode, oomKilled, crashLoop and evict",
		`{"rules":[{"selector":{},"effect":{"evict":0}}]}`:                              "effect.evict is 0: it must be at least 1",
		`{"rules":[{"selector":{},"effect":{"neverReady":true,"readyAfterMs":5}}]}`:     "both neverReady and readyAfterMs",
		`{"rules":[{"selector":{},"effect":{"crashLoop":{"backoffMs":-1}}}]}`:           "effect.crashLoop.backoffMs is -1",
		`{"rules":[{"selector":{"image":"[a"},"effect":{"neverReady":true}}]}`:          "selector.image",
		`{"namespace":"Web","rules":[{"selector":{},"effect":{"neverReady":true}}]}`:    "namespace is \"Web\"",
		`{"rules":[{"selector":{"labels":{"-":"x"}},"effect":{"neverReady":true}}]} {}`: "more than one JSON value",
		`{"rules":[{"selector":{"labels":{"-bad":"x"}},"effect":{"neverReady":true}}]}`: "selector.labels",
	} {
		simulation := withoutRules()
		recorder := httptest.NewRecorder()
		simulation.Handler().ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, Path+"/apply", strings.NewReader(body)))
		var refused jsonhttp.ErrorBody
		if err := json.Unmarshal(recorder.Body.Bytes(), &refused); err != nil {
			t.Fatal(err)
		}
		if recorder.Code != http.StatusBadRequest || refused.Error.Code != "request" || !strings.Contains(refused.Error.Message, message) {
			t.Errorf("%s is answered with %d: %s", body, recorder.Code, recorder.Body)
		}
		if left := simulation.rules.List(""); len(left) != 0 {
			t.Errorf("%s has applied rules: %+v", body, left)
		}
	}
}
