package tunnel

import (
	"context"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
)

// serveOn serves a tunnel that dials with the given function, and returns its socket.
func serveOn(t *testing.T, dial DialFunc) string {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "tunnel.sock")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() { _ = Serve(listener, dial) }()
	return socket
}

func TestConnectionsReachTheAddressFromTheOtherSide(t *testing.T) {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Close() }()
	go func() {
		// The server speaks first, answers until its client has ended, and ends last.
		connection, err := server.Accept()
		if err != nil {
			return
		}
		_, _ = io.WriteString(connection, "hello ")
		_, _ = io.Copy(connection, connection)
		_, _ = io.WriteString(connection, " bye")
		_ = connection.Close()
	}()
	asked := ""
	socket := serveOn(t, func(ctx context.Context, network, address string) (net.Conn, error) {
		asked = address
		return (&net.Dialer{}).DialContext(ctx, network, server.Addr().String())
	})
	connection, err := Dialer(socket)(t.Context(), "tcp", "10.246.0.1:10250")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(connection, "you"); err != nil {
		t.Fatal(err)
	}
	if err := connection.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(connection)
	if err != nil || string(answer) != "hello you bye" || asked != "10.246.0.1:10250" {
		t.Errorf("answer %q of %q, error %v", answer, asked, err)
	}
}

func TestARefusalHasTheReasonOfTheOtherSide(t *testing.T) {
	socket := serveOn(t, func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.DNSError{Err: "no such host", Name: "registry.invalid"}
	})
	_, err := Dialer(socket)(t.Context(), "tcp", "registry.invalid:443")
	if err == nil || !strings.Contains(err.Error(), "lookup registry.invalid: no such host") {
		t.Errorf("error: %v", err)
	}
}

func TestAnEndedTunnelRefusesConnections(t *testing.T) {
	if _, err := Dialer(filepath.Join(t.TempDir(), "absent.sock"))(t.Context(), "tcp", "10.246.0.1:10250"); err == nil {
		t.Error("no error")
	}
}
