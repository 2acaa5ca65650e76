package dns

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	corelisters "k8s.io/client-go/listers/core/v1"
	discoverylisters "k8s.io/client-go/listers/discovery/v1"
	"k8s.io/client-go/tools/cache"
)

func sampleZone() *Zone {
	index := func(objects ...runtime.Object) cache.Indexer {
		indexer := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
		for _, object := range objects {
			_ = indexer.Add(object)
		}
		return indexer
	}
	service := func(name string, spec corev1.ServiceSpec) *corev1.Service {
		return &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "shop"}, Spec: spec}
	}
	http := corev1.ServicePort{Name: "http", Protocol: corev1.ProtocolTCP, Port: 80}
	name, tcp, number, host, ready, unready := "http", corev1.ProtocolTCP, int32(8080), "db-0", true, false
	slice := &discoveryv1.EndpointSlice{
		ObjectMeta: metav1.ObjectMeta{Name: "db-1", Namespace: "shop", Labels: map[string]string{discoveryv1.LabelServiceName: "db"}},
		Ports:      []discoveryv1.EndpointPort{{Name: &name, Protocol: &tcp, Port: &number}},
		Endpoints: []discoveryv1.Endpoint{
			{Addresses: []string{"10.246.0.11"}, Hostname: &host, Conditions: discoveryv1.EndpointConditions{Ready: &ready}},
			{Addresses: []string{"10.246.0.12"}},
			{Addresses: []string{"10.246.0.13"}, Conditions: discoveryv1.EndpointConditions{Ready: &unready}},
		},
	}
	return &Zone{
		Services: corelisters.NewServiceLister(index(
			service("web", corev1.ServiceSpec{ClusterIP: "10.96.4.4", Ports: []corev1.ServicePort{http}}),
			service("db", corev1.ServiceSpec{ClusterIP: corev1.ClusterIPNone}),
			service("out", corev1.ServiceSpec{Type: corev1.ServiceTypeExternalName, ExternalName: "example.com"}),
			service("in", corev1.ServiceSpec{Type: corev1.ServiceTypeExternalName, ExternalName: "web.shop.svc.cluster.local"}),
		)),
		Slices: discoverylisters.NewEndpointSliceLister(index(slice)),
	}
}

func TestZoneAnswersAsTheSpecificationSays(t *testing.T) {
	for _, each := range []struct{ question, answer string }{
		{"A web.shop.svc.cluster.local.", "Success 10.96.4.4"},
		{"A WEB.shop.svc.cluster.local.", "Success 10.96.4.4"},
		{"AAAA web.shop.svc.cluster.local.", "Success"},
		{"A none.shop.svc.cluster.local.", "NameError"},
		{"A web.shop.other.svc.cluster.local.", "NameError"},
		{"A shop.svc.cluster.local.", "Success"},
		{"A db.shop.svc.cluster.local.", "Success 10.246.0.11 10.246.0.12"},
		{"A db-0.db.shop.svc.cluster.local.", "Success 10.246.0.11"},
		{"A 10-246-0-12.db.shop.svc.cluster.local.", "Success 10.246.0.12"},
		{"A db-1.db.shop.svc.cluster.local.", "NameError"},
		{"SRV _http._tcp.web.shop.svc.cluster.local.", "Success 80 web.shop.svc.cluster.local."},
		{"SRV _http._tcp.db.shop.svc.cluster.local.", "Success 8080 10-246-0-12.db.shop.svc.cluster.local. 8080 db-0.db.shop.svc.cluster.local."},
		{"SRV _http._udp.web.shop.svc.cluster.local.", "NameError"},
		{"CNAME out.shop.svc.cluster.local.", "Success example.com."},
		{"A out.shop.svc.cluster.local.", "Success example.com."},
		{"A in.shop.svc.cluster.local.", "Success 10.96.4.4 web.shop.svc.cluster.local."},
		{"A 10-246-0-11.shop.pod.cluster.local.", "Success 10.246.0.11"},
		{"A ::1.shop.pod.cluster.local.", "NameError"},
		{"PTR 4.4.96.10.in-addr.arpa.", "Success web.shop.svc.cluster.local."},
		{"PTR 11.0.246.10.in-addr.arpa.", "Success db-0.db.shop.svc.cluster.local."},
		{"PTR 1.1.1.1.in-addr.arpa.", "NameError"},
		{"TXT dns-version.cluster.local.", "Success 1.1.0"},
		{"A example.com.", "Refused"},
	} {
		if got := ask(sampleZone(), each.question); got != each.answer {
			t.Errorf("%s: %s, want %s", each.question, got, each.answer)
		}
	}
}

func TestRespondAsksForAStreamWhenThePacketIsTooSmall(t *testing.T) {
	zone := sampleZone()
	var endpoints []discoveryv1.Endpoint
	for last := range 100 {
		endpoints = append(endpoints, discoveryv1.Endpoint{Addresses: []string{fmt.Sprintf("10.246.1.%d", last)}})
	}
	found, _ := zone.Slices.EndpointSlices("shop").Get("db-1")
	found.Endpoints = endpoints
	name := dnsmessage.MustNewName("db.shop.svc.cluster.local.")
	query := dnsmessage.Message{Questions: []dnsmessage.Question{{Name: name, Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET}}}
	packed, _ := query.Pack()
	for isStream, want := range map[bool]int{true: 100, false: 0} {
		var response dnsmessage.Message
		if err := response.Unpack(respond(zone, packed, isStream)); err != nil {
			t.Fatal(err)
		}
		if len(response.Answers) != want || response.Truncated == isStream {
			t.Errorf("stream %t: %d answers, truncated %t", isStream, len(response.Answers), response.Truncated)
		}
	}
}

var types = map[string]dnsmessage.Type{
	"A": dnsmessage.TypeA, "AAAA": dnsmessage.TypeAAAA, "SRV": dnsmessage.TypeSRV, "CNAME": dnsmessage.TypeCNAME,
	"PTR": dnsmessage.TypePTR, "TXT": dnsmessage.TypeTXT,
}

// ask returns the code and the sorted contents of the records.
func ask(zone *Zone, question string) string {
	kind, name, _ := strings.Cut(question, " ")
	code, resources := zone.Answer(dnsmessage.Question{Name: dnsmessage.MustNewName(name), Type: types[kind]})
	var texts []string
	for _, resource := range resources {
		switch body := resource.Body.(type) {
		case *dnsmessage.AResource:
			texts = append(texts, fmt.Sprintf("%d.%d.%d.%d", body.A[0], body.A[1], body.A[2], body.A[3]))
		case *dnsmessage.SRVResource:
			texts = append(texts, fmt.Sprintf("%d %s", body.Port, body.Target))
		case *dnsmessage.CNAMEResource:
			texts = append(texts, body.CNAME.String())
		case *dnsmessage.PTRResource:
			texts = append(texts, body.PTR.String())
		case *dnsmessage.TXTResource:
			texts = append(texts, body.TXT...)
		}
	}
	slices.Sort(texts)
	return strings.Join(append([]string{strings.TrimPrefix(code.String(), "RCode")}, texts...), " ")
}
