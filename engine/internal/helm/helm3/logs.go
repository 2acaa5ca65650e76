package helm3

import "strings"

// Logs are the logs of test Pods.
type Logs struct {
	Text strings.Builder
	// Err says why logs are missing.
	Err error
}
