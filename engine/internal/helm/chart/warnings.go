package chart

import (
	"path"

	chartv2 "helm.sh/helm/v4/pkg/chart/v2"

	"seatrial/engine/internal/helm/wire"
)

// Warnings are about the parts of the chart that were not read. The processed chart lacks the
// dependencies that Helm leaves out; nil stands for a chart with all of them.
func (l *Loaded) Warnings(processed *chartv2.Chart, skipSchemas bool) []wire.Warning {
	if processed == nil {
		processed, _ = l.Chart.(*chartv2.Chart)
	}
	warnings := []wire.Warning{}
	if processed == nil {
		return warnings
	}
	for _, link := range l.unread {
		warnings = append(warnings, link.warning(processed.Name()))
	}
	warnings = append(warnings, ignoredWarnings(processed.Name(), l.ignored)...)
	if skipSchemas {
		return warnings
	}
	return append(warnings, l.weakened.warnings(processed)...)
}

// IsRewritten reports whether the chart in memory differs from the files that Helm would read.
func (l *Loaded) IsRewritten() bool { return len(l.unread) > 0 || len(l.weakened) > 0 }

// HasUnreadLinks reports whether a link was not followed.
func (l *Loaded) HasUnreadLinks() bool { return len(l.unread) > 0 }

// IsIncomplete reports whether a link was not followed to a file that the chart may need.
func (l *Loaded) IsIncomplete() bool { return neededLink(l.unread) != nil }

// Incomplete returns the failure, or describes it as one of a chart that could not be read when its
// cause may be a link that was not followed.
func (l *Loaded) Incomplete(failure error) error { return incomplete(l.unread, failure) }

func incomplete(unread []unreadLink, failure error) error {
	link := neededLink(unread)
	if failure == nil || link == nil {
		return failure
	}
	return wire.RequestError("%s, and without that file: %v\nHint: %s", link.message(), failure, link.hint)
}

func neededLink(unread []unreadLink) *unreadLink {
	for _, link := range unread {
		if !isRootFile(path.Base(link.name)) {
			return &link
		}
	}
	return nil
}
