// Package client gives Helm's actions their clients of one cluster: shared between requests where
// sharing saves time, observed where Helm drops an error, and without panics.
package client
