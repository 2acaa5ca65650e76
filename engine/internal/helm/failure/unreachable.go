package failure

import (
	"context"
	"errors"
	"net"
	"net/url"
	"strings"
	"syscall"
)

// isUnreachable distinguishes a cluster that does not answer from a cluster that refuses.
func isUnreachable(err error) bool {
	if errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET) {
		return true
	}
	failed, isURL := errors.AsType[*url.Error](err)
	if isURL && !errors.Is(failed, context.DeadlineExceeded) && !errors.Is(failed, context.Canceled) {
		return true
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return true
	}
	message := err.Error()
	return strings.Contains(message, "cluster reachability check failed") || strings.Contains(message, "kubernetes cluster unreachable")
}
