package addresses

import (
	"fmt"
	"net/netip"
	"sync"

	"k8s.io/client-go/tools/cache"
)

// The addresses are of a documentation range (RFC 5737), where nothing listens.
var block = netip.MustParsePrefix("203.0.113.0/24")

// ingressAddress is the address of the only ingress controller.
const ingressAddress = "203.0.113.1"

// pool assigns every Service an address that no other Service has.
type pool struct {
	mu        sync.Mutex
	last      netip.Addr
	byAddress map[netip.Addr]cache.ObjectName
	byService map[cache.ObjectName]netip.Addr
	// waiting are the Services whose requested address is in use, or for which no address is free.
	waiting map[cache.ObjectName]netip.Addr
	// retry is called with a Service that can have an address now.
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

// of returns the Service's address: the requested one, else always the same one until it is freed. The
// first Service that requests an address gets it.
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
		// The first and the last address of a block are not for hosts, and the second is the ingress
		// controller's.
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

// give makes the address the Service's only one.
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

// free makes the Service's address available to others.
func (p *pool) free(service cache.ObjectName) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.waiting, service)
	p.take(service)
}
