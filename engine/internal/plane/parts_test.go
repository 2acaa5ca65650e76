package plane

import (
	"errors"
	"testing"
)

func TestPartsFailWithTheFirst(t *testing.T) {
	endless := make(chan struct{})
	defer close(endless)
	group := newParts()
	first := errors.New("the first")
	group.Go(func() error { <-endless; return nil })
	group.Go(func() error { return first })
	if err := group.Wait(); !errors.Is(err, first) {
		t.Errorf("Wait() = %v, want %v", err, first)
	}
}

func TestPartsWaitForAll(t *testing.T) {
	group := newParts()
	done := make([]bool, 3)
	for i := range done {
		group.Go(func() error { done[i] = true; return nil })
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	for i, ok := range done {
		if !ok {
			t.Errorf("part %d was not waited for", i)
		}
	}
}
