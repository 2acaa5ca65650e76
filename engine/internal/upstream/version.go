//go:build !before1.37

package upstream

// IsOlder reports that the engine is not built for the newest version of Kubernetes: its version was chosen.
const IsOlder = false
