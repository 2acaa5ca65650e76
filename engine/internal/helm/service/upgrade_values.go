package service

import (
	"helm.sh/helm/v4/pkg/chart/common/util"
	release "helm.sh/helm/v4/pkg/release/v1"

	"seatrial/engine/internal/helm/wire"
)

// previousValues are the values of the installed release that an upgrade starts from, as Helm's
// upgrade decides it: an upgrade without values of its own keeps the last ones. The release is nil
// when there is none.
func previousValues(r *wire.UpgradeRequest, last *release.Release) map[string]any {
	switch {
	case last == nil, r.ResetValues:
	case r.ReuseValues && last.Chart != nil:
		if all, err := util.CoalesceValues(last.Chart, last.Config); err == nil {
			return all
		}
	case r.ResetThenReuseValues, r.ValueFields.IsEmpty():
		return last.Config
	}
	return nil
}
