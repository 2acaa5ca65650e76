// Package isolate lets child processes read, lint and render charts. Unlike goroutines they can be
// stopped: by a time limit, by a memory limit, or because the caller left. No chart can then take
// down the engine.
package isolate
