package plane

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"

	"k8s.io/apiserver/pkg/authentication/user"

	"seatrial/engine/internal/tunnel"
)

// RealNode describes the node whose Pods have real containers. Its network is not the machine's.
type RealNode struct {
	Name string `json:"name"`
	// Socket is the unix socket over which the node's network is reached.
	Socket string `json:"socket"`
	// Network has the addresses of the node and its Pods.
	Network netip.Prefix `json:"network"`
}

// ReadRealNode reads a description from a JSON file.
func ReadRealNode(path string) (*RealNode, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var node RealNode
	if err := json.Unmarshal(content, &node); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &node, nil
}

const (
	kubeletClient = "kubelet-client"
	proxyUser     = "system:kube-proxy"
)

// dialing returns a function that connects to addresses of the node, and with others as the given one does.
// The node may be nil.
func (n *RealNode) dialing(others tunnel.DialFunc) tunnel.DialFunc {
	if n == nil {
		return others
	}
	dial := tunnel.Dialer(n.Socket)
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if at, err := netip.ParseAddrPort(address); err == nil && n.Network.Contains(at.Addr()) {
			return dial(ctx, network, address)
		}
		return others(ctx, network, address)
	}
}

// issueRealNode writes what connects the node with the API server: the certificate with which the API server
// identifies itself to the kubelet, and the kubeconfigs of kubelet and kube-proxy. The node may be nil.
func (p *pki) issueRealNode(node *RealNode, dataDir, server string) error {
	if node == nil {
		return nil
	}
	client := &x509.Certificate{
		Subject:     pkix.Name{CommonName: "kube-apiserver-kubelet-client", Organization: []string{user.SystemPrivilegedGroup}},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	if err := p.issue(kubeletClient, client, p.ca); err != nil {
		return err
	}
	tokens, err := os.OpenFile(p.path(tokensFile), os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	for file, name := range map[string]string{"kubelet.kubeconfig": "system:node:" + node.Name, "kube-proxy.kubeconfig": proxyUser} {
		token := rand.Text()
		if _, err := fmt.Fprintf(tokens, "%s,%s,%s,%s\n", token, name, name, groupOf(name)); err != nil {
			return err
		}
		if err := writeKubeconfig(filepath.Join(dataDir, file), server, p.caPEM, token); err != nil {
			return err
		}
	}
	return tokens.Close()
}

func groupOf(name string) string {
	if name == proxyUser {
		return ""
	}
	return user.NodesGroup
}
