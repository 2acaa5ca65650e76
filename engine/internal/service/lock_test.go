package service

import (
	"bufio"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestALockIsGrantedInTheOrderOfAsking(t *testing.T) {
	locks := newNamedLocks()
	unlock, err := locks.acquire(context.Background(), "crds")
	if err != nil {
		t.Fatal(err)
	}
	var order []int
	var group sync.WaitGroup
	for i := range 20 {
		group.Go(func() {
			leave, err := locks.acquire(context.Background(), "crds")
			if err != nil {
				t.Error(err)
				return
			}
			order = append(order, i)
			leave()
		})
		waitForQueue(t, locks, "crds", i+2)
	}
	unlock()
	group.Wait()
	for i, got := range order {
		if got != i {
			t.Fatalf("the order is %v", order)
		}
	}
	if len(locks.queues) != 0 {
		t.Errorf("%d locks are left over", len(locks.queues))
	}
}

func waitForQueue(t *testing.T, locks *namedLocks, name string, length int) {
	t.Helper()
	deadline := time.Now().Add(5 * time.Second)
	for time.Now().Before(deadline) {
		locks.mutex.Lock()
		got := len(locks.queues[name])
		locks.mutex.Unlock()
		if got == length {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatalf("the queue never had %d members", length)
}

func TestACancelledRequestLeavesTheQueue(t *testing.T) {
	locks := newNamedLocks()
	first, _ := locks.acquire(context.Background(), "crds")
	impatient, cancel := context.WithCancel(context.Background())
	gaveUp := make(chan error)
	go func() {
		_, err := locks.acquire(impatient, "crds")
		gaveUp <- err
	}()
	waitForQueue(t, locks, "crds", 2)
	other, err := locks.acquire(context.Background(), "another name")
	if err != nil {
		t.Fatal(err)
	}
	other()
	cancel()
	if err := <-gaveUp; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	first()
	again, err := locks.acquire(context.Background(), "crds")
	if err != nil {
		t.Fatal(err)
	}
	again()
}

func TestALockIsHeldUntilItsConnectionCloses(t *testing.T) {
	locks := newNamedLocks()
	server := httptest.NewServer(http.HandlerFunc(locks.serve))
	defer server.Close()

	acquire := func() (locked chan string, closeConnection context.CancelFunc) {
		ctx, cancel := context.WithCancel(context.Background())
		locked = make(chan string, 1)
		go func() {
			request, _ := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+"/v1/lock", strings.NewReader(`{"name":"crds"}`))
			response, err := server.Client().Do(request)
			if err != nil {
				return
			}
			defer response.Body.Close()
			line, _ := bufio.NewReader(response.Body).ReadString('\n')
			locked <- line
			<-ctx.Done()
		}()
		return locked, cancel
	}
	first, closeFirst := acquire()
	if line := <-first; line != "{\"locked\":true}\n" {
		t.Fatalf("got %q", line)
	}
	second, closeSecond := acquire()
	defer closeSecond()
	waitForQueue(t, locks, "crds", 2)
	select {
	case line := <-second:
		t.Fatalf("two connections have the lock: %q", line)
	default:
	}
	closeFirst()
	select {
	case <-second:
	case <-time.After(5 * time.Second):
		t.Fatal("the lock was not handed on within 5 s")
	}
	closeSecond()
	waitForQueue(t, locks, "crds", 0)
}
