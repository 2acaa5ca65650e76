// Package logged makes warnings of what Helm logs while it merges values and renders. Helm logs this with the
// default loggers of the process, so only a worker, which handles one request at a time, collects it.
package logged
