package failure

import (
	"fmt"
	"strings"
)

// MaxMessage is the largest size of a bounded message, without the note about what was left out.
const MaxMessage = maxHead + maxTail

// A template that includes itself makes Helm repeat the location a thousand times.
const (
	maxHead = 6 << 10
	maxTail = 2 << 10
)

// Bounded leaves out the middle of a message that is too long.
func Bounded(message string) string {
	left := len(message) - MaxMessage
	if left <= 0 {
		return message
	}
	head, tail := message[:maxHead], message[len(message)-maxTail:]
	return strings.ToValidUTF8(fmt.Sprintf("%s … (%d bytes left out) … %s", head, left, tail), "")
}
