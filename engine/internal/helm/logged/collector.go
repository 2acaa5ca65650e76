package logged

import (
	"context"
	"log"
	"log/slog"
	"slices"
	"sync"

	"seatrial/engine/internal/helm/wire"
)

// A chart can have a conflict for each of its values.
const maxWarnings = 50

// Collector has what Helm has logged since the last reset, each warning once.
type Collector struct {
	mutex    sync.Mutex
	warnings []wire.Warning
}

// Collect makes the default loggers of the process write into the returned collector.
func Collect() *Collector {
	c := &Collector{}
	// This redirects the package log, too.
	slog.SetDefault(slog.New(c))
	log.SetFlags(0)
	return c
}

// Reset forgets what was logged.
func (c *Collector) Reset() {
	if c == nil {
		return
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.warnings = nil
}

// Warnings are those since the last reset, about a chart of this name. A nil collector has none.
func (c *Collector) Warnings(chart string) []wire.Warning {
	if c == nil {
		return nil
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return ofChart(chart, c.warnings)
}

// Enabled is a method of slog.Handler.
func (c *Collector) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelInfo }

// Handle is a method of slog.Handler.
func (c *Collector) Handle(_ context.Context, record slog.Record) error {
	warning := toWarning(record)
	if warning == nil {
		return nil
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if len(c.warnings) < maxWarnings && !slices.Contains(c.warnings, *warning) {
		c.warnings = append(c.warnings, *warning)
	}
	return nil
}

// WithAttrs is a method of slog.Handler.
func (c *Collector) WithAttrs([]slog.Attr) slog.Handler { return c }

// WithGroup is a method of slog.Handler.
func (c *Collector) WithGroup(string) slog.Handler { return c }
