package program

import "seatrial/engine/internal/simulation/environment"

const (
	// maxWork is the number of steps, and of bytes of texts, after which a program is unknown. A chart may contain
	// a script that would take forever.
	maxWork = 1 << 19
	// maxText is the length of a script, or of a variable's value, in bytes from which it is unknown.
	maxText = 64 << 10
)

// work is what may still be done to find out what a program does.
type work struct{ left int }

// spend reports that there was enough left.
func (w *work) spend(cost int) bool {
	w.left -= cost
	return w.left >= 0
}

// keep returns a text, or Unknown when it is too long or was too much work.
func (w *work) keep(text string) string {
	if len(text) > maxText || !w.spend(1+len(text)) {
		return environment.Unknown
	}
	return text
}
