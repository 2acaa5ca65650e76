package failure

import (
	"fmt"

	"github.com/Masterminds/semver/v3"

	"seatrial/engine/internal/helm/wire"
)

// explainKubeVersion reports a kubeVersion that is not a range as a chart that cannot be loaded. Helm calls
// such a chart incompatible, with every version.
func explainKubeVersion(failure *wire.Error, constraint string) {
	if _, err := semver.NewConstraint(constraint); err != nil {
		failure.Code = wire.CodeLoad
		failure.Message = fmt.Sprintf("kubeVersion %q is not a range of versions: Helm installs the chart on no version of Kubernetes", constraint)
	}
}
