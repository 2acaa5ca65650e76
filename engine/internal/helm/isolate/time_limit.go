package isolate

import (
	"time"

	"seatrial/engine/internal/helm/wire"
)

// DefaultRenderTimeout is the default of a request's renderTimeout.
const DefaultRenderTimeout = 30 * time.Second

// RenderTimeout is the time limit for reading, linting or rendering a chart.
func RenderTimeout(field wire.TimeoutField) time.Duration {
	if field.Duration == 0 {
		return DefaultRenderTimeout
	}
	return field.Duration
}
