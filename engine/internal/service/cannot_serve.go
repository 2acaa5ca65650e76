//go:build !windows

package service

// cannotServe is why no control plane can run on this system, or empty.
const cannotServe = ""
