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

// kubelets are reached by the API server alone, at any node's address: over pipes inside this process, so that nobody else can connect.
type kubelets struct {
	connections chan net.Conn
	done        chan struct{}
	close       sync.Once
}

// serveKubelets answers the API server's requests to nodes with the handler until the context ends.
func serveKubelets(ctx context.Context, handler http.Handler, keys *pki) (*kubelets, error) {
	certificate, err := tls.LoadX509KeyPair(keys.path("apiserver.crt"), keys.path("apiserver.key"))
	if err != nil {
		return nil, err
	}
	k := &kubelets{connections: make(chan net.Conn), done: make(chan struct{})}
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		// A client that goes away in the middle of a handshake is no fault.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	// Upgrades are refused, in the protocol that has them.
	listener := tls.NewListener(k, &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"http/1.1"}})
	go func() { _ = server.Serve(listener) }()
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	return k, nil
}

// dial is the API server's way to a node.
func (k *kubelets) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case k.connections <- server:
		return client, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-k.done:
		return nil, net.ErrClosed
	}
}

func (k *kubelets) Accept() (net.Conn, error) {
	select {
	case connection := <-k.connections:
		return connection, nil
	case <-k.done:
		return nil, net.ErrClosed
	}
}

func (k *kubelets) Close() error {
	k.close.Do(func() { close(k.done) })
	return nil
}

func (k *kubelets) Addr() net.Addr { return pipeAddr{} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "kubelets" }
