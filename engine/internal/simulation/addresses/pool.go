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
	// waiting are the Services that could not have an address: the one that they ask for, or any.
	waiting map[cache.ObjectName]netip.Addr
	// retry is told of a Service that could have an address by now.
	retry func(cache.ObjectName)
}

func newPool(retry func(cache.ObjectName)) *pool {
	return &pool{
		last:      netip.MustParseAddr(ingressAddress),
		byAddress: map[netip.Addr]cache.ObjectName{},
		byService: map[cache.ObjectName]netip.Addr{},
		waiting:   map[cache.ObjectName]netip.Addr{},
		retry:     retry,
	}
}

// of is the Service's address: the one that it asks for, or else always the same one, until it is freed. The first Service that asks
// for an address has it.
func (p *pool) of(service cache.ObjectName, asked string) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.waiting, service)
	current, known := p.byService[service]
	switch {
	case asked != "":
		address, err := parse(asked)
		if err != nil {
			return "", err
		}
		if holder, used := p.byAddress[address]; used && holder != service {
			p.waiting[service] = address
			return "", fmt.Errorf("the address %s is in use by Service %s", address, holder)
		}
		p.give(service, address)
		return address.String(), nil
	case known:
		return current.String(), nil
	}
	address := p.last
	for range 1 << (block.Addr().BitLen() - block.Bits()) {
		// The first and the last address of a block are not a host's, and the second is the ingress controller's.
		if address = address.Next(); !block.Contains(address.Next()) {
			address = netip.MustParseAddr(ingressAddress).Next()
		}
		if _, used := p.byAddress[address]; !used {
			p.last = address
			p.give(service, address)
			return address.String(), nil
		}
	}
	p.waiting[service] = netip.Addr{}
	return "", fmt.Errorf("all addresses of %s are in use by %d Services", block, len(p.byService))
}

func parse(asked string) (netip.Addr, error) {
	address, err := netip.ParseAddr(asked)
	if err != nil || address.Zone() != "" {
		return netip.Addr{}, fmt.Errorf("loadBalancerIP is %q: it must be an IP address", asked)
	}
	return address.Unmap(), nil
}

// give leaves the Service with this address and no other.
func (p *pool) give(service cache.ObjectName, address netip.Addr) {
	if p.byService[service] == address {
		return
	}
	p.take(service)
	p.byAddress[address] = service
	p.byService[service] = address
}

func (p *pool) take(service cache.ObjectName) {
	address, known := p.byService[service]
	if !known {
		return
	}
	delete(p.byAddress, address)
	delete(p.byService, service)
	for name, asked := range p.waiting {
		if asked == address || !asked.IsValid() && block.Contains(address) {
			p.retry(name)
		}
	}
}

// free has the Service's address given to others.
func (p *pool) free(service cache.ObjectName) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.waiting, service)
	p.take(service)
}
