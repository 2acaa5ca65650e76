package client

import (
	"errors"
	"testing"
	"time"

	"helm.sh/helm/v4/pkg/kube"

	"seatrial/engine/internal/helm/failure"
	"seatrial/engine/internal/helm/wire"
)

func TestAPanicInsideTheClientIsAnError(t *testing.T) {
	// Every method of a missing client panics.
	var client containedClient
	created, err := client.Create(nil)
	if created == nil || !isPanic(err) {
		t.Errorf("create: %v, %v", created, err)
	}
	updated, err := client.Update(nil, nil)
	if updated == nil || !isPanic(err) {
		t.Errorf("update: %v, %v", updated, err)
	}
	if _, err := client.Build(nil, true); !isPanic(err) {
		t.Errorf("build: %v", err)
	}
	var waiter containedWaiter
	for name, wait := range map[string]func(kube.ResourceList, time.Duration) error{
		"wait": waiter.Wait, "jobs": waiter.WaitWithJobs, "delete": waiter.WaitForDelete, "hook": waiter.WatchUntilReady,
	} {
		if err := wait(nil, time.Second); !isPanic(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = failure.Contained(func() (int, error) { panic("anywhere else") })
	result := failure.OfAction(t.Context(), err, failure.Action{}, nil)
	if result.Code != wire.CodeInternal || result.Message != "the engine failed: anywhere else" {
		t.Errorf("answered as %s: %s", result.Code, result.Message)
	}
}

func isPanic(err error) bool {
	_, ok := errors.AsType[*failure.PanicError](err)
	return ok
}
