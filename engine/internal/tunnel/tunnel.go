// Package tunnel carries connections between two network namespaces over a unix socket, with the method
// CONNECT of HTTP: the side that listens dials for the other.
package tunnel

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"strings"
	"time"
)

// DialFunc connects to an address.
type DialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// Serve answers connections with an HTTP proxy that dials with dial, until the listener is closed.
func Serve(listener net.Listener, dial DialFunc) error {
	plain := &httputil.ReverseProxy{
		Rewrite:   func(*httputil.ProxyRequest) {},
		Transport: &http.Transport{DialContext: dial},
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect {
			plain.ServeHTTP(w, r)
			return
		}
		client, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		connection, err := dial(r.Context(), "tcp", r.Host)
		// Clients show the text of the status, and nothing else of a refusal.
		status := "200 OK"
		if err != nil {
			status = "502 " + strings.Join(strings.Fields(err.Error()), " ")
		}
		if _, failed := io.WriteString(client, "HTTP/1.1 "+status+"\r\n\r\n"); failed != nil || err != nil {
			_ = client.Close()
			if err == nil {
				_ = connection.Close()
			}
			return
		}
		Join(&bufferedConn{client, buffered.Reader}, connection)
	})
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	return server.Serve(listener)
}

// Dialer returns a function that connects to an address as the process does that listens on the socket.
func Dialer(socket string) DialFunc {
	return func(ctx context.Context, _, address string) (net.Conn, error) {
		connection, err := (&net.Dialer{}).DialContext(ctx, "unix", socket)
		if err != nil {
			return nil, err
		}
		joined, err := connect(ctx, connection, address)
		if err != nil {
			_ = connection.Close()
		}
		return joined, err
	}
}

func connect(ctx context.Context, connection net.Conn, address string) (net.Conn, error) {
	stop := context.AfterFunc(ctx, func() { _ = connection.Close() })
	defer stop()
	if _, err := fmt.Fprintf(connection, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", address, address); err != nil {
		return nil, err
	}
	reader := bufio.NewReader(connection)
	response, err := http.ReadResponse(reader, &http.Request{Method: http.MethodConnect})
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		_, reason, _ := strings.Cut(response.Status, " ")
		return nil, errors.New(reason)
	}
	return &bufferedConn{connection, reader}, nil
}

// Join copies between two connections until both directions have ended, and closes them.
func Join(one, other net.Conn) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		pipe(one, other)
	}()
	pipe(other, one)
	<-done
	_ = one.Close()
	_ = other.Close()
}

func pipe(to, from net.Conn) {
	_, _ = io.Copy(to, from)
	if half, ok := to.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
		return
	}
	_ = to.Close()
}

// bufferedConn is a connection of which a part was read already.
type bufferedConn struct {
	net.Conn
	reader *bufio.Reader
}

func (c *bufferedConn) Read(into []byte) (int, error) { return c.reader.Read(into) }

func (c *bufferedConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return c.Close()
}
