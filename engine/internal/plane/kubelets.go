package plane

import (
	"context"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// kubeletListener accepts the API server's connections to nodes, whatever the node's address: over pipes
// inside this process, so that no other process can connect.
type kubeletListener struct {
	certificate tls.Certificate
	connections chan net.Conn
	done        chan struct{}
	close       sync.Once
}

// newKubeletListener returns a listener that is open until the context ends. Connections wait until serve
// is called.
func newKubeletListener(ctx context.Context, keys *pki) (*kubeletListener, error) {
	certificate, err := tls.LoadX509KeyPair(keys.path("apiserver.crt"), keys.path("apiserver.key"))
	if err != nil {
		return nil, err
	}
	l := &kubeletListener{certificate: certificate, connections: make(chan net.Conn), done: make(chan struct{})}
	context.AfterFunc(ctx, func() { _ = l.Close() })
	return l, nil
}

// serve handles the API server's requests to nodes until the context ends.
func (l *kubeletListener) serve(ctx context.Context, handler http.Handler) {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		// A client that disconnects during a handshake is not an error.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	// HTTP/1.1 only: it has the upgrades that the handler refuses.
	config := &tls.Config{Certificates: []tls.Certificate{l.certificate}, NextProtos: []string{"http/1.1"}}
	go func() { _ = server.Serve(tls.NewListener(l, config)) }()
	context.AfterFunc(ctx, func() { _ = server.Close() })
}

// dial connects the API server to a node.
func (l *kubeletListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case l.connections <- server:
		return client, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *kubeletListener) Accept() (net.Conn, error) {
	select {
	case connection := <-l.connections:
		return connection, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *kubeletListener) Close() error {
	l.close.Do(func() { close(l.done) })
	return nil
}

func (l *kubeletListener) Addr() net.Addr { return pipeAddr{} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "kubelets" }
