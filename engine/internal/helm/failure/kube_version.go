package failure

import (
	"fmt"

	"github.com/Masterminds/semver/v3"

	"seatrial/engine/internal/helm/wire"
)

// explainKubeVersion makes a chart that cannot be loaded of one whose kubeVersion is not a range:
// Helm says that it is incompatible, and it is so with every version.
func explainKubeVersion(failure *wire.Error, constraint string) {
	if _, err := semver.NewConstraint(constraint); err != nil {
		failure.Code = wire.CodeLoad
		failure.Message = fmt.Sprintf("kubeVersion %q is not a range of versions: Helm installs the chart on no version of Kubernetes", constraint)
	}
}
