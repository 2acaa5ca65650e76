package addresses

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"k8s.io/client-go/tools/cache"
)

func named(name string) cache.ObjectName { return cache.ObjectName{Namespace: "default", Name: name} }

func TestARequestedAddressIsNotAssignedToOthers(t *testing.T) {
	pool := newPool(func(cache.ObjectName) {})
	for asking, asked := range map[string]string{"a": "203.0.113.2", "b": "203.0.113.4"} {
		if address, err := pool.of(named(asking), asked); err != nil || address != asked {
			t.Fatalf("%s has %s, %v", asking, address, err)
		}
	}
	for _, want := range []string{"203.0.113.3", "203.0.113.5"} {
		if address, err := pool.of(named(want), ""); err != nil || address != want {
			t.Errorf("the address is %s, %v, not %s", address, err, want)
		}
	}
}

func TestAServiceHasOneAddressAtATime(t *testing.T) {
	pool := newPool(func(cache.ObjectName) {})
	web := named("web")
	for _, test := range []struct{ asked, want string }{
		{"", "203.0.113.2"}, {"", "203.0.113.2"}, {"192.0.2.1", "192.0.2.1"}, {"", "192.0.2.1"}, {"2001:DB8::1", "2001:db8::1"},
	} {
		if address, err := pool.of(web, test.asked); err != nil || address != test.want {
			t.Errorf("asked for %q it is %s, %v", test.asked, address, err)
		}
	}
	for _, left := range []string{"203.0.113.2", "192.0.2.1"} {
		if address, err := pool.of(named(left), left); err != nil || address != left {
			t.Errorf("%s is not free: %v", left, err)
		}
	}
}

func TestAnInvalidAddressIsRejectedAndTheOldOneKept(t *testing.T) {
	pool := newPool(func(cache.ObjectName) {})
	web := named("web")
	if _, err := pool.of(web, "192.0.2.1"); err != nil {
		t.Fatal(err)
	}
	for _, asked := range []string{"web", "192.0.2.300", "192.0.2.01", "fe80::1%eth0", "192.0.2.0/24"} {
		if address, err := pool.of(web, asked); err == nil || !strings.Contains(err.Error(), asked) {
			t.Errorf("%q gives %s, %v", asked, address, err)
		}
	}
	if _, err := pool.of(named("other"), "192.0.2.1"); err == nil {
		t.Error("the old address was given away")
	}
}

func TestAWaitingServiceIsRetriedWhenItsAddressIsFree(t *testing.T) {
	var retried []string
	pool := newPool(func(service cache.ObjectName) { retried = append(retried, service.Name) })
	for number := range 253 {
		if _, err := pool.of(named(fmt.Sprint("web-", number)), ""); err != nil {
			t.Fatalf("Service %d: %v", number, err)
		}
	}
	if _, err := pool.of(named("any"), ""); err == nil || !strings.Contains(err.Error(), "203.0.113.0/24 are in use by 253 Services") {
		t.Errorf("it says %v", err)
	}
	for service, asked := range map[string]string{"one": "203.0.113.3", "gone": "203.0.113.3"} {
		if _, err := pool.of(named(service), asked); err == nil || !strings.Contains(err.Error(), "203.0.113.3 is in use by Service default/web-1") {
			t.Errorf("it says %v", err)
		}
	}
	pool.free(named("gone"))
	for _, want := range []struct {
		freed   string
		retried []string
	}{{"web-0", []string{"any"}}, {"web-0", nil}, {"web-1", []string{"any", "one"}}} {
		retried = nil
		pool.free(named(want.freed))
		if slices.Sort(retried); !slices.Equal(retried, want.retried) {
			t.Errorf("after %s %v are retried", want.freed, retried)
		}
	}
	if address, err := pool.of(named("any"), ""); err != nil || address != "203.0.113.2" {
		t.Errorf("the address is %s, %v", address, err)
	}
}
