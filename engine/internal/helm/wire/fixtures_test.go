package wire

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

const fixtureDir = "../../../../fixtures/helm"

// fixture is one exchange as both sides of the socket know it.
type fixture struct {
	Endpoint string          `json:"endpoint"`
	Request  json.RawMessage `json:"request"`
	Status   int             `json:"status"`
	Response json.RawMessage `json:"response"`
}

// exchanges lists the types of every verb with a JSON answer.
var exchanges = map[string]struct{ request, response func() any }{
	"lint":             {newOf[LintRequest], newOf[LintResponse]},
	"template":         {newOf[TemplateRequest], newOf[TemplateResponse]},
	"install":          {newOf[InstallRequest], newOf[ReleaseResponse]},
	"upgrade":          {newOf[UpgradeRequest], newOf[ReleaseResponse]},
	"rollback":         {newOf[RollbackRequest], newOf[ReleaseResponse]},
	"uninstall":        {newOf[UninstallRequest], newOf[UninstallResponse]},
	"test":             {newOf[TestRequest], newOf[TestResponse]},
	"give-up":          {newOf[GiveUpRequest], newOf[GiveUpResponse]},
	"explain":          {newOf[ExplainRequest], newOf[ExplainResponse]},
	"status":           {newOf[StatusRequest], newOf[ReleaseResponse]},
	"history":          {newOf[HistoryRequest], newOf[HistoryResponse]},
	"dependency-list":  {newOf[DependencyListRequest], newOf[DependencyListResponse]},
	"dependency-build": {newOf[DependencyBuildRequest], newOf[DependencyBuildResponse]},
}

func newOf[T any]() any { return new(T) }

func TestTheFixturesAreWhatTheServiceSpeaks(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(fixtureDir, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	unseen := map[string]bool{}
	for verb := range exchanges {
		unseen[verb] = true
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var exchange fixture
			decodeStrictly(t, content, &exchange)
			verb := strings.TrimPrefix(exchange.Endpoint, "POST /v1/")
			types, known := exchanges[verb]
			if !known {
				t.Fatalf("there is no endpoint %s", exchange.Endpoint)
			}
			decodeStrictly(t, exchange.Request, types.request())
			if exchange.Status == http.StatusOK {
				delete(unseen, verb)
				roundTrip(t, exchange.Response, types.response())
				return
			}
			var failed *Error
			if verb == "test" {
				var body TestErrorBody
				roundTrip(t, exchange.Response, &body)
				failed = body.Error
			} else {
				var body ErrorBody
				roundTrip(t, exchange.Response, &body)
				failed = body.Error
			}
			if got := failed.HTTPStatus(); got != exchange.Status {
				t.Errorf("the code %s is answered with %d, not %d", failed.Code, got, exchange.Status)
			}
		})
	}
	for verb := range unseen {
		t.Errorf("%s has no fixture of a success", verb)
	}
}

func decodeStrictly(t *testing.T, content []byte, into any) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		t.Fatal(err)
	}
}

// roundTrip fails when a field is unknown, missing or encoded in another way.
func roundTrip(t *testing.T, content []byte, into any) {
	t.Helper()
	decodeStrictly(t, content, into)
	encoded, err := json.Marshal(into)
	if err != nil {
		t.Fatal(err)
	}
	var want, got any
	if err := json.Unmarshal(content, &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(encoded, &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(want, got) {
		t.Errorf("the fixture is\n%s\nthe service would answer\n%s", content, encoded)
	}
}
