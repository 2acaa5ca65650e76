package overlooked

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
	release "helm.sh/helm/v4/pkg/release/v1"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
	"sigs.k8s.io/yaml"

	"seatrial/engine/internal/helm/wire"
)

// hookEvents are the events at which Helm runs hooks.
var hookEvents = []string{
	"pre-install", "post-install", "pre-delete", "post-delete", "pre-upgrade", "post-upgrade", "pre-rollback", "post-rollback",
	"test", "test-success",
}

var hookAnnotation = regexp.MustCompile(`helm\.sh/hook(-[a-z-]+)?["']?\s*(?::\s*([^\n]*))?`)

// SkippedHooks lists the objects that Helm leaves out of the release because one of their hook
// events is unknown to it. Helm keeps no trace of them, so a chart that may have one is rendered
// once more.
func SkippedHooks(chart *chartv2.Chart, values map[string]any, render Again) []wire.Warning {
	if !mayHaveUnknownEvents(chart, values) {
		return nil
	}
	// It has been rendered before, so an error is one of a template that does not always render.
	files, err := render(nil)
	if err != nil {
		return nil
	}
	return SkippedHooksIn(files)
}

// SkippedHooksIn reads the outputs of templates.
func SkippedHooksIn(files map[string]string) []wire.Warning {
	var warnings []wire.Warning
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if base := path.Base(name); base == "NOTES.txt" || strings.HasPrefix(base, "_") {
			continue
		}
		documents := releaseutil.SplitManifests(files[name])
		keys := slices.Collect(maps.Keys(documents))
		slices.SortFunc(keys, compareDocuments)
		for _, key := range keys {
			if warning := skippedHook(name, documents[key]); warning != nil {
				warnings = append(warnings, *warning)
			}
		}
	}
	return warnings
}

// compareDocuments sorts the keys of SplitManifests, which end in a number.
func compareDocuments(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

func skippedHook(file, document string) *wire.Warning {
	var head struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
		Metadata   struct {
			Name        string            `json:"name"`
			Namespace   string            `json:"namespace"`
			Annotations map[string]string `json:"annotations"`
		} `json:"metadata"`
	}
	if yaml.Unmarshal([]byte(document), &head) != nil {
		return nil
	}
	value, isHook := head.Metadata.Annotations[release.HookAnnotation]
	if !isHook {
		return nil
	}
	unknown, hasUnknown := unknownEvent(value)
	if !hasUnknown {
		return nil
	}
	message := fmt.Sprintf("Helm skips this object: %q in its annotation helm.sh/hook is not an event of a hook", unknown)
	if unknown == "" {
		message = "Helm skips this object: its annotation helm.sh/hook has an empty event"
	}
	return &wire.Warning{
		Reason: "UnknownHook", File: file, Message: message, Hint: eventHint(unknown),
		Object: &wire.ObjectRef{APIVersion: head.APIVersion, Kind: head.Kind, Namespace: head.Metadata.Namespace, Name: head.Metadata.Name},
	}
}

// unknownEvent is the first event that makes Helm skip the object.
func unknownEvent(value string) (string, bool) {
	for event := range strings.SplitSeq(value, ",") {
		if event = strings.TrimSpace(event); !slices.Contains(hookEvents, strings.ToLower(event)) {
			return event, true
		}
	}
	return "", false
}

func eventHint(unknown string) string {
	switch event := strings.ToLower(unknown); {
	case event == "":
		return "name an event such as pre-install, or remove the annotation to make the object a part of the release"
	case event == "crd-install":
		return "move the CustomResourceDefinition to the chart's crds/ directory: Helm 3 and later have no crd-install"
	case event == "test-failure":
		return "use test and expect the failure in the container: Helm 3 and later have no test-failure"
	default:
		if nearest := nearestEvent(event); nearest != "" {
			return "did you mean " + nearest + "?"
		}
	}
	return "the events are " + strings.Join(hookEvents[:len(hookEvents)-1], ", ")
}

// nearestEvent is the event with the fewest different letters, at most three.
func nearestEvent(unknown string) string {
	letters := func(text string) string { return strings.NewReplacer("-", "", "_", "", " ", "").Replace(text) }
	nearest, best := "", 4
	for _, event := range hookEvents {
		if distance := editDistance(letters(unknown), letters(event)); distance < best {
			nearest, best = event, distance
		}
	}
	return nearest
}

func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}

// mayHaveUnknownEvents reports whether any text of the chart or its values can render an annotation
// helm.sh/hook with an unknown event: one that is not written out, or that has an unknown word.
func mayHaveUnknownEvents(chrt *chartv2.Chart, values map[string]any) bool {
	texts := [][]byte{}
	for _, file := range slices.Concat(chrt.Templates, chrt.Files) {
		texts = append(texts, file.Data)
	}
	for _, table := range []map[string]any{chrt.Values, values} {
		if text, err := yaml.Marshal(table); err == nil {
			texts = append(texts, text)
		}
	}
	if slices.ContainsFunc(texts, HasUnknownEvent) {
		return true
	}
	return slices.ContainsFunc(chrt.Dependencies(), func(dependency *chartv2.Chart) bool {
		return mayHaveUnknownEvents(dependency, nil)
	})
}

// HasUnknownEvent reports whether a text may render an annotation helm.sh/hook with an unknown event.
func HasUnknownEvent(text []byte) bool {
	for _, match := range hookAnnotation.FindAllSubmatch(text, -1) {
		if len(match[1]) > 0 {
			continue
		}
		value, _, _ := strings.Cut(string(match[2]), "#")
		if _, unknown := unknownEvent(strings.Trim(value, " \t\r\"'")); unknown {
			return true
		}
	}
	return false
}
