package dns

import "golang.org/x/net/dns/dnsmessage"

// resources returns the records of a type. An alias is an answer to every type.
func (r record) resources(name string, kind dnsmessage.Type) []dnsmessage.Resource {
	var found []dnsmessage.Resource
	add := func(body dnsmessage.ResourceBody) {
		owner, err := dnsmessage.NewName(name)
		if err != nil {
			return
		}
		header := dnsmessage.ResourceHeader{Name: owner, Class: dnsmessage.ClassINET, TTL: ttlSeconds}
		found = append(found, dnsmessage.Resource{Header: header, Body: body})
	}
	target := func(text string, body func(dnsmessage.Name) dnsmessage.ResourceBody) {
		if parsed, err := dnsmessage.NewName(text); err == nil {
			add(body(parsed))
		}
	}
	if r.alias != "" {
		target(r.alias, func(to dnsmessage.Name) dnsmessage.ResourceBody { return &dnsmessage.CNAMEResource{CNAME: to} })
	}
	isAsked := func(asked dnsmessage.Type) bool { return kind == asked || kind == dnsmessage.TypeALL }
	if isAsked(dnsmessage.TypeA) {
		for _, address := range r.addresses {
			add(&dnsmessage.AResource{A: address.As4()})
		}
	}
	if isAsked(dnsmessage.TypeSRV) {
		for _, each := range r.ports {
			target(each.target, func(to dnsmessage.Name) dnsmessage.ResourceBody {
				return &dnsmessage.SRVResource{Weight: srvWeight, Port: each.number, Target: to}
			})
		}
	}
	if isAsked(dnsmessage.TypePTR) {
		for _, each := range r.pointers {
			target(each, func(to dnsmessage.Name) dnsmessage.ResourceBody { return &dnsmessage.PTRResource{PTR: to} })
		}
	}
	if isAsked(dnsmessage.TypeTXT) && r.text != "" {
		add(&dnsmessage.TXTResource{TXT: []string{r.text}})
	}
	return found
}
