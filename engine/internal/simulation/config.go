package simulation

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"seatrial/engine/internal/simulation/lifecycle"
	"seatrial/engine/internal/simulation/nodes"
)

// Config configures the simulation. Times are in milliseconds.
type Config struct {
	// Nodes are the initial nodes: three by default, none for an empty list.
	Nodes []nodes.Config `json:"nodes"`
	// CompletionMs is how long a container runs that ends by itself.
	CompletionMs *int64 `json:"completionMs,omitempty"`
	// BackoffMs and MaxBackoffMs are the first and the longest pause between restarts.
	BackoffMs    *int64 `json:"backoffMs,omitempty"`
	MaxBackoffMs *int64 `json:"maxBackoffMs,omitempty"`
	// TimeScale is lifecycle.Defaults.Scale.
	TimeScale *float64 `json:"timeScale,omitempty"`
}

// DefaultConfig returns the configuration without a file.
func DefaultConfig() Config { return Config{Nodes: nodes.Defaults()} }

// ReadConfig reads a Config from a JSON file. Fields that are missing there have their defaults.
func ReadConfig(path string) (Config, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return Config{}, err
	}
	config, err := parseConfig(content)
	if err != nil {
		return Config{}, fmt.Errorf("%s: %w", path, err)
	}
	return config, nil
}

func parseConfig(content []byte) (Config, error) {
	var config Config
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&config); err != nil {
		return Config{}, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Config{}, errors.New("it contains more than one JSON value")
	}
	if config.Nodes == nil {
		config.Nodes = nodes.Defaults()
	}
	for name, value := range map[string]*int64{
		"completionMs": config.CompletionMs, "backoffMs": config.BackoffMs, "maxBackoffMs": config.MaxBackoffMs,
	} {
		if value != nil && *value < 0 {
			return Config{}, fmt.Errorf("%s is %d: it must not be negative", name, *value)
		}
	}
	if scale := config.TimeScale; scale != nil && (*scale < 0 || *scale > 1) {
		return Config{}, fmt.Errorf("timeScale is %v: it must be between 0 and 1", *scale)
	}
	return config, nodes.Validate(config.Nodes)
}

func (c Config) defaults() lifecycle.Defaults {
	defaults := lifecycle.KubeletDefaults
	for _, setting := range []struct {
		into  *time.Duration
		value *int64
	}{{&defaults.Completion, c.CompletionMs}, {&defaults.Backoff, c.BackoffMs}, {&defaults.MaxBackoff, c.MaxBackoffMs}} {
		if setting.value != nil {
			*setting.into = time.Duration(*setting.value) * time.Millisecond
		}
	}
	if c.TimeScale != nil {
		defaults.Scale = *c.TimeScale
	}
	return defaults
}
