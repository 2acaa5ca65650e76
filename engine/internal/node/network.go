//go:build linux

package node

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"strconv"

	"github.com/vishvananda/netlink"

	"seatrial/engine/internal/tunnel"
)

// bridge is the interface of the CNI plug-in, which uses it as it is.
const bridge = "cni0"

// setUpNetwork makes the node's interfaces: loopback, with the addresses of the API server's endpoint and of
// the DNS server, and the bridge of the Pods, with the node's own address. There is no route to the machine's network.
func setUpNetwork(config Config) error {
	loopback, err := netlink.LinkByName("lo")
	if err != nil {
		return err
	}
	for _, address := range []string{config.APIServerAddress, config.DNSAddress} {
		if err := addAddress(loopback, address+"/32"); err != nil {
			return err
		}
	}
	pods := &netlink.Bridge{LinkAttrs: netlink.LinkAttrs{Name: bridge}}
	if err := netlink.LinkAdd(pods); err != nil {
		return fmt.Errorf("unable to make the bridge of the Pods: %w", err)
	}
	return addAddress(pods, config.Address)
}

func addAddress(link netlink.Link, text string) error {
	address, err := netlink.ParseAddr(text)
	if err != nil {
		return err
	}
	if err := netlink.AddrAdd(link, address); err != nil {
		return fmt.Errorf("unable to give %s the address %s: %w", link.Attrs().Name, text, err)
	}
	return netlink.LinkSetUp(link)
}

// serveTunnels connects the node with the machine: the API server to the node's addresses, and from the
// node the API server, and for containerd the registries.
func serveTunnels(config Config) error {
	fromMachine, err := net.Listen("unix", filepath.Join(insideLib, nodeSocket))
	if err != nil {
		return err
	}
	go func() { _ = tunnel.Serve(fromMachine, (&net.Dialer{}).DialContext) }()

	toMachine := filepath.Join(insideLib, hostSocket)
	port := strconv.Itoa(config.APIServerPort)
	apiServer := func(ctx context.Context) (net.Conn, error) {
		return tunnel.Dialer(toMachine)(ctx, "tcp", net.JoinHostPort("127.0.0.1", port))
	}
	proxy := func(ctx context.Context) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", toMachine)
	}
	for _, each := range []struct {
		address string
		dial    func(context.Context) (net.Conn, error)
	}{
		{net.JoinHostPort("127.0.0.1", port), apiServer},
		{net.JoinHostPort(config.APIServerAddress, port), apiServer},
		{proxyAddress, proxy},
	} {
		listener, err := net.Listen("tcp", each.address)
		if err != nil {
			return err
		}
		go forward(listener, each.dial)
	}
	return nil
}

func forward(listener net.Listener, dial func(context.Context) (net.Conn, error)) {
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			server, err := dial(context.Background())
			if err != nil {
				_ = client.Close()
				return
			}
			tunnel.Join(client, server)
		}()
	}
}
