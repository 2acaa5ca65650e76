package wire

import (
	"encoding/json"
	"time"

	"helm.sh/helm/v4/pkg/kube"
)

const defaultTimeout = 5 * time.Minute

// WaitField is false, true or the name of one of Helm's wait strategies.
type WaitField struct{ Strategy kube.WaitStrategy }

// UnmarshalJSON refuses values that the field does not allow.
func (f *WaitField) UnmarshalJSON(data []byte) error {
	switch string(data) {
	case "null", "false", `"false"`, `"hookOnly"`:
		f.Strategy = kube.HookOnlyStrategy
	case "true", `"true"`, `"watcher"`:
		f.Strategy = kube.StatusWatcherStrategy
	case `"legacy"`:
		f.Strategy = kube.LegacyStrategy
	default:
		return RequestError(`wait must be true, false, "watcher", "legacy" or "hookOnly", not %s`, data)
	}
	return nil
}

// Value returns Helm's default, hooks only, for an absent field.
func (f WaitField) Value() kube.WaitStrategy {
	if f.Strategy == "" {
		return kube.HookOnlyStrategy
	}
	return f.Strategy
}

// TimeoutField is a duration in Go's and Helm's notation.
type TimeoutField struct{ Duration time.Duration }

// UnmarshalJSON refuses values that the field does not allow.
func (f *TimeoutField) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return RequestError(`timeout must be a duration such as "5m0s", not %s`, data)
	}
	if text == "" {
		return nil
	}
	duration, err := time.ParseDuration(text)
	if err != nil || duration <= 0 {
		return RequestError(`timeout must be a duration such as "5m0s", not %s`, data)
	}
	f.Duration = duration
	return nil
}

// MarshalJSON encodes an absent duration as "", so that the reader applies its own default.
func (f TimeoutField) MarshalJSON() ([]byte, error) {
	if f.Duration == 0 {
		return []byte(`""`), nil
	}
	return json.Marshal(f.Duration.String())
}

// Value returns the default of a wait, 5 minutes, for an absent field.
func (f TimeoutField) Value() time.Duration {
	if f.Duration == 0 {
		return defaultTimeout
	}
	return f.Duration
}

// ServerSideField is "auto", "true" or "false", or a boolean.
type ServerSideField struct{ Mode string }

// UnmarshalJSON refuses values that the field does not allow.
func (f *ServerSideField) UnmarshalJSON(data []byte) error {
	switch string(data) {
	case "null", `""`:
		f.Mode = ""
	case "true", `"true"`:
		f.Mode = "true"
	case "false", `"false"`:
		f.Mode = "false"
	case `"auto"`:
		f.Mode = "auto"
	default:
		return RequestError(`serverSide must be "auto", "true" or "false", not %s`, data)
	}
	return nil
}

// Value returns "auto" for an absent field.
func (f ServerSideField) Value() string {
	if f.Mode == "" {
		return "auto"
	}
	return f.Mode
}
