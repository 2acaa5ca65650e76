// Package dns is the DNS server of a cluster with a real node. It answers for the names of Services, endpoints
// and Pods, as Kubernetes' specification of DNS-based service discovery defines them, and refuses all others.
package dns

import (
	"net/netip"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/labels"
	corelisters "k8s.io/client-go/listers/core/v1"
	discoverylisters "k8s.io/client-go/listers/discovery/v1"
)

const (
	domain        = "cluster.local."
	reverseDomain = "in-addr.arpa."
	// schemaVersion is the version of the specification.
	schemaVersion = "1.1.0"
	ttlSeconds    = 5
	srvWeight     = 100
	// maxAliases is the number of ExternalNames that may lead to each other.
	maxAliases = 8
)

// Zone knows the names of a cluster.
type Zone struct {
	Services corelisters.ServiceLister
	Slices   discoverylisters.EndpointSliceLister
}

// record is what is known about a name: one of its fields may be set.
type record struct {
	addresses []netip.Addr
	ports     []port
	alias     string
	text      string
	pointers  []string
}

type port struct {
	number uint16
	target string
}

// Answer returns the records of a question, or the code of the reason why there are none. A name that exists
// without records of the type has the code of success and no records.
func (z *Zone) Answer(question dnsmessage.Question) (dnsmessage.RCode, []dnsmessage.Resource) {
	name := strings.ToLower(question.Name.String())
	if !isBelow(name, domain) && !isBelow(name, reverseDomain) {
		return dnsmessage.RCodeRefused, nil
	}
	var found []dnsmessage.Resource
	for range maxAliases {
		known, exists := z.find(name)
		if !exists {
			return dnsmessage.RCodeNameError, found
		}
		found = append(found, known.resources(name, question.Type)...)
		// A name outside of the cluster is the client's to resolve.
		if known.alias == "" || question.Type == dnsmessage.TypeCNAME || !isBelow(known.alias, domain) {
			break
		}
		name = known.alias
	}
	return dnsmessage.RCodeSuccess, found
}

func isBelow(name, parent string) bool { return name == parent || strings.HasSuffix(name, "."+parent) }

func (z *Zone) find(name string) (record, bool) {
	if address, isReverse := strings.CutSuffix(name, "."+reverseDomain); isReverse {
		return z.findAddress(address)
	}
	if name == domain {
		return record{}, true
	}
	parts := strings.Split(strings.TrimSuffix(name, "."+domain), ".")
	kind := parts[len(parts)-1]
	parts = parts[:len(parts)-1]
	switch {
	case kind == "dns-version" && len(parts) == 0:
		return record{text: schemaVersion}, true
	case kind == "svc" && len(parts) >= 2:
		return z.findService(parts[len(parts)-1], parts[len(parts)-2], parts[:len(parts)-2])
	case kind == "pod" && len(parts) == 2:
		address, err := netip.ParseAddr(strings.ReplaceAll(parts[0], "-", "."))
		return record{addresses: []netip.Addr{address}}, err == nil && address.Is4()
	}
	return record{}, (kind == "svc" || kind == "pod") && len(parts) <= 1
}

// findService returns the record of a Service, of one of its endpoints, or of one of its ports.
func (z *Zone) findService(namespace, name string, parts []string) (record, bool) {
	service, err := z.Services.Services(namespace).Get(name)
	if err != nil {
		return record{}, false
	}
	if service.Spec.Type == corev1.ServiceTypeExternalName {
		return record{alias: strings.TrimSuffix(service.Spec.ExternalName, ".") + "."}, len(parts) == 0
	}
	endpoints := z.endpointsOf(service)
	switch len(parts) {
	case 0:
		return record{addresses: addressesOf(service, endpoints)}, true
	case 1:
		found := record{}
		for _, each := range endpoints {
			if each.host == parts[0] {
				found.addresses = append(found.addresses, each.address)
			}
		}
		return found, len(found.addresses) > 0
	case 2:
		ports := portsOf(service, endpoints, parts[0], parts[1])
		return record{ports: ports}, len(ports) > 0
	}
	return record{}, false
}

// findAddress returns the names of an address, which is written backwards.
func (z *Zone) findAddress(backwards string) (record, bool) {
	bytes := strings.Split(backwards, ".")
	for left, right := 0, len(bytes)-1; left < right; left, right = left+1, right-1 {
		bytes[left], bytes[right] = bytes[right], bytes[left]
	}
	address, err := netip.ParseAddr(strings.Join(bytes, "."))
	if err != nil {
		return record{}, false
	}
	services, _ := z.Services.List(labels.Everything())
	found := record{}
	for _, service := range services {
		if service.Spec.ClusterIP == address.String() {
			return record{pointers: []string{nameOf(service)}}, true
		}
		for _, each := range z.endpointsOf(service) {
			if each.address == address && isHeadless(service) {
				found.pointers = append(found.pointers, each.host+"."+nameOf(service))
			}
		}
	}
	return found, len(found.pointers) > 0
}

type endpoint struct {
	host    string
	address netip.Addr
	ports   []discoveryv1.EndpointPort
}

// endpointsOf returns the ready endpoints of a headless Service: those of others have no names.
func (z *Zone) endpointsOf(service *corev1.Service) []endpoint {
	if !isHeadless(service) {
		return nil
	}
	selector := labels.SelectorFromSet(labels.Set{discoveryv1.LabelServiceName: service.Name})
	slices, _ := z.Slices.EndpointSlices(service.Namespace).List(selector)
	var found []endpoint
	for _, slice := range slices {
		for _, each := range slice.Endpoints {
			if each.Conditions.Ready != nil && !*each.Conditions.Ready {
				continue
			}
			for _, text := range each.Addresses {
				address, err := netip.ParseAddr(text)
				if err != nil || !address.Is4() {
					continue
				}
				host := strings.ReplaceAll(text, ".", "-")
				if each.Hostname != nil && *each.Hostname != "" {
					host = *each.Hostname
				}
				found = append(found, endpoint{host, address, slice.Ports})
			}
		}
	}
	return found
}

func addressesOf(service *corev1.Service, endpoints []endpoint) []netip.Addr {
	var found []netip.Addr
	if address, err := netip.ParseAddr(service.Spec.ClusterIP); err == nil && address.Is4() {
		found = append(found, address)
	}
	for _, each := range endpoints {
		found = append(found, each.address)
	}
	return found
}

func portsOf(service *corev1.Service, endpoints []endpoint, name, protocol string) []port {
	fits := func(itsName string, itsProtocol corev1.Protocol) bool {
		return itsName != "" && "_"+itsName == name && "_"+strings.ToLower(string(itsProtocol)) == protocol
	}
	var found []port
	if !isHeadless(service) {
		for _, each := range service.Spec.Ports {
			if fits(each.Name, each.Protocol) {
				found = append(found, port{uint16(each.Port), nameOf(service)})
			}
		}
	}
	for _, each := range endpoints {
		for _, its := range each.ports {
			if its.Name != nil && its.Protocol != nil && its.Port != nil && fits(*its.Name, *its.Protocol) {
				found = append(found, port{uint16(*its.Port), each.host + "." + nameOf(service)})
			}
		}
	}
	return found
}

func isHeadless(service *corev1.Service) bool { return service.Spec.ClusterIP == corev1.ClusterIPNone }

func nameOf(service *corev1.Service) string {
	return service.Name + "." + service.Namespace + ".svc." + domain
}
