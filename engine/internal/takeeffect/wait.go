package takeeffect

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

const (
	timeout       = 10 * time.Second
	checkInterval = 2 * time.Millisecond
	listInterval  = 100 * time.Millisecond
)

// Wait waits until the API server has observed the stored objects, for 10 s at most. list lists them, and
// returns a function that reports whether they have been observed. They are listed again every 100 ms: an
// object that is deleted during the wait can no longer be observed as it was listed.
func Wait(ctx context.Context, what string, list func(context.Context) (isObserved func() bool, err error)) error {
	for deadline := time.Now().Add(timeout); time.Now().Before(deadline); {
		isObserved, err := list(ctx)
		if err != nil {
			return err
		}
		for listAgain := time.Now().Add(listInterval); time.Now().Before(listAgain); time.Sleep(checkInterval) {
			if isObserved() {
				return nil
			}
			if err := ctx.Err(); err != nil {
				return err
			}
		}
	}
	return fmt.Errorf("the API server did not observe the %s within %s", what, timeout)
}

// VersionOf returns the resource version of an object or a list as a number: 0 when it has none.
func VersionOf(object interface{ GetResourceVersion() string }) uint64 {
	version, _ := strconv.ParseUint(object.GetResourceVersion(), 10, 64)
	return version
}
