package plane

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	apimachineryversion "k8s.io/apimachinery/pkg/version"
	baseversion "k8s.io/component-base/version"

	"seatrial/engine/internal/olderfields"
)

func TestTheEmulatedVersionsAreUpstreamsThreeBackToItsOwn(t *testing.T) {
	found := EmulatedVersions()
	if len(found) != 4 || found[3] != baseversion.DefaultKubeBinaryVersion || !slices.IsSorted(found) {
		t.Errorf("got %v", found)
	}
}

func TestAVersionThatUpstreamDoesNotEmulateIsRefusedWithTheOthers(t *testing.T) {
	for _, wanted := range []string{"1.20", "1.99", "2.0", "1.35.2", "x"} {
		err := emulate(wanted)
		if err == nil || !strings.Contains(err.Error(), strings.Join(EmulatedVersions(), ", ")) {
			t.Errorf("%s: %v", wanted, err)
		}
	}
	if err := emulate(""); err != nil {
		t.Error(err)
	}
}

func TestTheReportedVersion(t *testing.T) {
	for emulated, want := range map[string]string{"": "v1.37.2", "1.37": "v1.37.2", "1.35": "v1.35.0", "1.3": "v1.3.0"} {
		if got := ReportedVersion(emulated, "v1.37.2"); got != want {
			t.Errorf("%q: got %s, want %s", emulated, got, want)
		}
	}
}

func TestOnlyHelmIsAnsweredWithTheEmulatedVersion(t *testing.T) {
	upstream := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("upstream")) })
	ask := func(info apimachineryversion.Info, agent, path string) string {
		request := httptest.NewRequest(http.MethodGet, path, nil)
		request.Header.Set("User-Agent", agent)
		recorder := httptest.NewRecorder()
		withVersionForHelm(upstream, &info).ServeHTTP(recorder, request)
		return recorder.Body.String()
	}
	emulating := apimachineryversion.Info{Major: "1", Minor: "37", EmulationMajor: "1", EmulationMinor: "35", GitVersion: "v1.37.2"}
	for _, agent := range []string{"Helm/3.22.0", "Helm/4.3.1", "helm/v0.0.0 (linux/amd64) kubernetes/$Format", "seatrial-helm"} {
		if got := ask(emulating, agent, "/version"); !strings.Contains(got, `"v1.35.0"`) || strings.Contains(got, `"v1.37.2"`) {
			t.Errorf("%s: got %s", agent, got)
		}
		if got := ask(emulating, agent, "/api"); got != "upstream" {
			t.Errorf("%s: got %s", agent, got)
		}
	}
	if got := ask(emulating, "kubectl/v1.37.2", "/version"); got != "upstream" {
		t.Errorf("kubectl got %s", got)
	}
	own := emulating
	own.EmulationMinor = "37"
	if got := ask(own, "Helm/4.3.1", "/version"); got != "upstream" {
		t.Errorf("without emulation: got %s", got)
	}
}

func TestTheFieldsThatEachOlderVersionDoesNotKnowAreListed(t *testing.T) {
	versions := EmulatedVersions()
	for _, older := range versions[:len(versions)-1] {
		unknown, err := olderfields.UnknownTo(older)
		if err != nil || len(unknown) == 0 {
			t.Errorf("%s has %d types with unknown fields (%v): run scripts/write-unknown-fields.ts", older, len(unknown), err)
		}
	}
}
