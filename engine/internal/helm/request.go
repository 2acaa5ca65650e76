package helm

import (
	"encoding/json"
	"path/filepath"
	"time"

	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/kube"
)

const defaultTimeout = 5 * time.Minute

// chartFields choose a chart and its values. The names are Helm's.
type chartFields struct {
	// Chart is the absolute path of a chart folder or a packaged chart.
	Chart     string `json:"chart"`
	Namespace string `json:"namespace"`
	valueFields
	SkipSchemaValidation bool `json:"skipSchemaValidation"`
	// RenderTimeout bounds how long the chart may take to be read, linted or rendered.
	RenderTimeout timeoutField `json:"renderTimeout"`
}

// valueFields are merged in Helm's order: files, JSON, plain, strings, files' contents, literals.
type valueFields struct {
	ValueFiles []string `json:"valueFiles"`
	Set        []string `json:"set"`
	SetString  []string `json:"setString"`
	SetJSON    []string `json:"setJson"`
	SetFile    []string `json:"setFile"`
	SetLiteral []string `json:"setLiteral"`
}

// releaseFields name a release.
type releaseFields struct {
	Namespace   string `json:"namespace"`
	ReleaseName string `json:"releaseName"`
}

// deployFields are common to install and upgrade.
type deployFields struct {
	chartFields
	ReleaseName              string            `json:"releaseName"`
	DependencyUpdate         bool              `json:"dependencyUpdate"`
	Description              string            `json:"description"`
	CreateNamespace          bool              `json:"createNamespace"`
	Wait                     waitField         `json:"wait"`
	WaitForJobs              bool              `json:"waitForJobs"`
	Timeout                  timeoutField      `json:"timeout"`
	RollbackOnFailure        bool              `json:"rollbackOnFailure"`
	SkipCRDs                 bool              `json:"skipCrds"`
	NoHooks                  bool              `json:"noHooks"`
	TakeOwnership            bool              `json:"takeOwnership"`
	ForceConflicts           bool              `json:"forceConflicts"`
	ForceReplace             bool              `json:"forceReplace"`
	ServerSide               serverSideField   `json:"serverSide"`
	Labels                   map[string]string `json:"labels"`
	DisableOpenAPIValidation bool              `json:"disableOpenapiValidation"`
}

// waitField is false, true or the name of one of Helm's strategies.
type waitField struct{ strategy kube.WaitStrategy }

func (f *waitField) UnmarshalJSON(data []byte) error {
	switch string(data) {
	case "null", "false", `"false"`, `"hookOnly"`:
		f.strategy = kube.HookOnlyStrategy
	case "true", `"true"`, `"watcher"`:
		f.strategy = kube.StatusWatcherStrategy
	case `"legacy"`:
		f.strategy = kube.LegacyStrategy
	default:
		return requestError(`wait must be true, false, "watcher", "legacy" or "hookOnly": it is %s`, data)
	}
	return nil
}

// value is Helm's default, hooks only, when the field was left out.
func (f waitField) value() kube.WaitStrategy {
	if f.strategy == "" {
		return kube.HookOnlyStrategy
	}
	return f.strategy
}

// timeoutField is a duration in Go's and Helm's notation.
type timeoutField struct{ duration time.Duration }

func (f *timeoutField) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return requestError(`timeout must be a duration such as "5m0s": it is %s`, data)
	}
	if text == "" {
		return nil
	}
	duration, err := time.ParseDuration(text)
	if err != nil || duration <= 0 {
		return requestError(`timeout must be a duration such as "5m0s": it is %s`, data)
	}
	f.duration = duration
	return nil
}

// MarshalJSON leaves the default to whoever reads it.
func (f timeoutField) MarshalJSON() ([]byte, error) {
	if f.duration == 0 {
		return []byte(`""`), nil
	}
	return json.Marshal(f.duration.String())
}

func (f timeoutField) value() time.Duration {
	if f.duration == 0 {
		return defaultTimeout
	}
	return f.duration
}

// serverSideField is "auto", "true" or "false", or a boolean.
type serverSideField struct{ mode string }

func (f *serverSideField) UnmarshalJSON(data []byte) error {
	switch string(data) {
	case "null", `""`:
		f.mode = ""
	case "true", `"true"`:
		f.mode = "true"
	case "false", `"false"`:
		f.mode = "false"
	case `"auto"`:
		f.mode = "auto"
	default:
		return requestError(`serverSide must be "auto", "true" or "false": it is %s`, data)
	}
	return nil
}

func (f serverSideField) value() string {
	if f.mode == "" {
		return "auto"
	}
	return f.mode
}

func namespaceOr(namespace string) string {
	if namespace == "" {
		return "default"
	}
	return namespace
}

func checkReleaseName(name string) error {
	if err := chartutil.ValidateReleaseName(name); err != nil {
		return requestError("the release name %q cannot be used: %v", name, err)
	}
	return nil
}

func checkAbsolute(what, path string) error {
	if !filepath.IsAbs(path) {
		return requestError("%s must be an absolute path: it is %q", what, path)
	}
	return nil
}

// check finds what Helm would only refuse after it has begun.
func (f *deployFields) check() error {
	if err := checkReleaseName(f.ReleaseName); err != nil {
		return err
	}
	if f.ForceReplace && f.ForceConflicts {
		return requestError("forceReplace and forceConflicts cannot be used together")
	}
	if f.ServerSide.mode == "false" && f.ForceConflicts {
		return requestError("forceConflicts needs server-side apply, which serverSide turned off")
	}
	return nil
}
