package plane

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/version"
	apimachineryversion "k8s.io/apimachinery/pkg/version"
	"k8s.io/apiserver/pkg/endpoints/handlers/responsewriters"
	"k8s.io/apiserver/pkg/server"
	"k8s.io/apiserver/pkg/util/compatibility"
	basecompatibility "k8s.io/component-base/compatibility"

	"seatrial/engine/internal/olderfields"
)

// emulationPart is the part of the boot that fails when the version cannot be emulated. The package reads this
// name.
const emulationPart = "kubernetes-version"

// EmulatedVersions are the versions of Kubernetes that this one can behave as, oldest first, as "1.37".
// The last of them is its own. Upstream decides how far back they go.
func EmulatedVersions() []string {
	effective := compatibility.DefaultBuildEffectiveVersion()
	var found []string
	for own := effective.BinaryVersion(); own.Minor() > 0; own = own.SubtractMinor(1) {
		effective.SetEmulationVersion(own)
		if len(effective.Validate()) > 0 {
			break
		}
		found = append(found, majorMinor(own))
	}
	slices.Reverse(found)
	return found
}

// ReportedVersion is the version that Kubernetes has for Helm and on nodes: own, such as "v1.37.2", or that
// of an emulated version, which has no patches.
func ReportedVersion(emulated, own string) string {
	if emulated == "" || strings.HasPrefix(own, "v"+emulated+".") {
		return own
	}
	return "v" + emulated + ".0"
}

// emulate makes every component of this process behave as the version, such as "1.35": its APIs and the
// defaults of its feature gates. It must come before anything that asks for a feature, as upstream's
// --emulated-version.
func emulate(wanted string) error {
	if wanted == "" {
		return nil
	}
	if known := EmulatedVersions(); !slices.Contains(known, wanted) {
		return fmt.Errorf("Kubernetes %s cannot be emulated; this engine has %s", wanted, strings.Join(known, ", "))
	}
	parsed, err := version.Parse(wanted)
	if err != nil {
		return err
	}
	registry := compatibility.DefaultComponentGlobalsRegistry
	effective, gate := registry.ComponentGlobalsOrRegister(basecompatibility.DefaultKubeComponent, nil, nil)
	effective.SetEmulationVersion(parsed)
	if err := gate.SetEmulationVersionAndMinCompatibilityVersion(parsed, effective.MinCompatibilityVersion()); err != nil {
		return err
	}
	return errors.Join(registry.Validate()...)
}

// refuseUnknownFields makes the API server refuse fields that the emulated version, such as "1.35", does not know.
func (s *apiServer) refuseUnknownFields(emulated string) error {
	unknown, err := olderfields.UnknownTo(emulated)
	if err != nil {
		return err
	}
	schemas := s.config.KubeAPIs.ControlPlane.Generic
	unknown.RemoveFrom(schemas.OpenAPIConfig, schemas.OpenAPIV3Config)
	front := s.config.Aggregator.GenericConfig
	buildChain := front.BuildHandlerChainFunc
	front.BuildHandlerChainFunc = func(handler http.Handler, c *server.Config) http.Handler {
		return buildChain(unknown.Refuse(handler), c)
	}
	return nil
}

func majorMinor(of *version.Version) string { return fmt.Sprintf("%d.%d", of.Major(), of.Minor()) }

// Helm's clients: a program of any version, and the engine's own.
var helmAgents = []string{"helm/", "seatrial-helm"}

// withVersionForHelm answers Helm's question for the version with the emulated version. Helm reads nothing
// but gitVersion, which upstream leaves at that of the binary, and would render a chart for that version on
// an API server that behaves as another.
func withVersionForHelm(next http.Handler, info *apimachineryversion.Info) http.Handler {
	if info == nil || info.EmulationMajor == "" || (info.EmulationMajor == info.Major && info.EmulationMinor == info.Minor) {
		return next
	}
	emulated := *info
	emulated.Major, emulated.Minor = info.EmulationMajor, info.EmulationMinor
	emulated.GitVersion = ReportedVersion(info.EmulationMajor+"."+info.EmulationMinor, info.GitVersion)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isHelm(r.UserAgent()) && strings.TrimSuffix(r.URL.Path, "/") == "/version" {
			responsewriters.WriteRawJSON(http.StatusOK, emulated, w)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isHelm(agent string) bool {
	for _, prefix := range helmAgents {
		if strings.HasPrefix(strings.ToLower(agent), prefix) {
			return true
		}
	}
	return false
}
