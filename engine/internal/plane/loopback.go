package plane

import (
	"context"
	"fmt"
	"net"
	"time"
)

const loopbackTimeout = 3 * time.Second

// checkLoopback connects to the listener once. In a network namespace whose loopback interface is down,
// listening on 127.0.0.1 succeeds, but every component would try for a minute to reach the API server.
func checkLoopback(ctx context.Context, listener net.Listener) error {
	dialer := net.Dialer{Timeout: loopbackTimeout}
	client, err := dialer.DialContext(ctx, "tcp4", listener.Addr().String())
	if err != nil {
		return fmt.Errorf("the loopback interface cannot be used, is it up? %w", err)
	}
	defer func() { _ = client.Close() }()
	// Accepted here: the API server would log a missing handshake.
	server, err := listener.Accept()
	if err != nil {
		return err
	}
	return server.Close()
}
