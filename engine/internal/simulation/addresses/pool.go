package addresses

import (
	"fmt"
	"net/netip"
	"sync"

	"k8s.io/client-go/tools/cache"
)

// All addresses are of a range that is for documentation only (RFC 5737): nothing answers there.
var block = netip.MustParsePrefix("203.0.113.0/24")

// ingressAddress is the one ingress controller's.
const ingressAddress = "203.0.113.1"

// pool gives every Service an address that no other has.
type pool struct {
	mu        sync.Mutex
	last      netip.Addr
	byAddress map[netip.Addr]cache.ObjectName
	byService map[cache.ObjectName]netip.Addr
}

func newPool() *pool {
	return &pool{
		last:      netip.MustParseAddr(ingressAddress),
		byAddress: map[netip.Addr]cache.ObjectName{},
		byService: map[cache.ObjectName]netip.Addr{},
	}
}

// of is the Service's address: always the same one until it is freed, or the one that the Service asks for.
func (p *pool) of(service cache.ObjectName, asked string) (string, error) {
	if asked != "" {
		return asked, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if address, known := p.byService[service]; known {
		return address.String(), nil
	}
	address := p.last
	for range 1 << (block.Addr().BitLen() - block.Bits()) {
		// The first and the last address of a block are not a host's, and the second is the ingress controller's.
		if address = address.Next(); !block.Contains(address.Next()) {
			address = netip.MustParseAddr(ingressAddress).Next()
		}
		if _, used := p.byAddress[address]; !used {
			p.last = address
			p.byAddress[address] = service
			p.byService[service] = address
			return address.String(), nil
		}
	}
	return "", fmt.Errorf("all addresses of %s are in use by %d Services", block, len(p.byService))
}

func (p *pool) free(service cache.ObjectName) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if address, known := p.byService[service]; known {
		delete(p.byAddress, address)
		delete(p.byService, service)
	}
}
