package service

import (
	"path"
	"regexp"
	"slices"
	"strings"

	release "helm.sh/helm/v4/pkg/release/v1"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"

	"seatrial/engine/internal/helm/wire"
)

var sourceComment = regexp.MustCompile(`# Source: [^/]+/(.+)`)

// showOnly keeps what "helm template --show-only" would: the documents and
// hooks whose path inside the chart matches a pattern, in the patterns' order.
func showOnly(patterns []string, manifest string, hooks []*release.Hook) (string, []*release.Hook, error) {
	split := releaseutil.SplitManifests(manifest)
	keys := make([]string, 0, len(split))
	for key := range split {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int {
		order := releaseutil.BySplitManifestsOrder{a, b}
		switch {
		case order.Less(0, 1):
			return -1
		case order.Less(1, 0):
			return 1
		}
		return 0
	})
	var kept strings.Builder
	var keptHooks []*release.Hook
	for _, pattern := range patterns {
		if _, err := path.Match(pattern, ""); err != nil {
			return "", nil, wire.RequestError("showOnly %q is not a pattern: %v", pattern, err)
		}
		found := false
		for _, key := range keys {
			source := sourceComment.FindStringSubmatch(split[key])
			if source == nil || !matches(pattern, source[1]) {
				continue
			}
			found = true
			kept.WriteString("---\n" + split[key] + "\n")
		}
		for _, hook := range hooks {
			_, inside, _ := strings.Cut(hook.Path, "/")
			if matches(pattern, inside) {
				found = true
				keptHooks = append(keptHooks, hook)
			}
		}
		if !found {
			return "", nil, wire.RequestError("showOnly: could not find template %s in chart", pattern)
		}
	}
	return kept.String(), keptHooks, nil
}

func matches(pattern, name string) bool {
	matched, _ := path.Match(pattern, name)
	return matched
}
