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
	release, err := locks.acquire(context.Background(), "crds", false)
	if err != nil {
		t.Fatal(err)
	}
	var order []int
	var group sync.WaitGroup
	for i := range 20 {
		group.Go(func() {
			leave, err := locks.acquire(context.Background(), "crds", false)
			if err != nil {
				t.Error(err)
				return
			}
			order = append(order, i)
			leave()
		})
		waitForQueue(t, locks, "crds", i+2)
	}
	release()
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

func TestWhoGivesUpLeavesTheQueue(t *testing.T) {
	locks := newNamedLocks()
	first, _ := locks.acquire(context.Background(), "crds", false)
	impatient, cancel := context.WithCancel(context.Background())
	gaveUp := make(chan error)
	go func() {
		_, err := locks.acquire(impatient, "crds", false)
		gaveUp <- err
	}()
	waitForQueue(t, locks, "crds", 2)
	other, err := locks.acquire(context.Background(), "another name", false)
	if err != nil {
		t.Fatal(err)
	}
	other()
	cancel()
	if err := <-gaveUp; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	first()
	again, err := locks.acquire(context.Background(), "crds", false)
	if err != nil {
		t.Fatal(err)
	}
	again()
}

// request queues a request for the lock "crds" and returns a channel that passes on its unlock
// function.
func request(t *testing.T, locks *namedLocks, ctx context.Context, shared bool, length int) chan func() {
	t.Helper()
	unlocks := make(chan func(), 1)
	go func() {
		if unlock, err := locks.acquire(ctx, "crds", shared); err == nil {
			unlocks <- unlock
		}
	}()
	waitForQueue(t, locks, "crds", length)
	return unlocks
}

func mustWait(t *testing.T, unlocks chan func()) {
	t.Helper()
	select {
	case <-unlocks:
		t.Fatal("the lock was granted")
	case <-time.After(20 * time.Millisecond):
	}
}

func TestALockIsSharedByManyAndOwnedAloneByOne(t *testing.T) {
	locks, ctx := newNamedLocks(), context.Background()
	first, second := <-request(t, locks, ctx, true, 1), <-request(t, locks, ctx, true, 2)
	alone := request(t, locks, ctx, false, 3)
	mustWait(t, alone)
	first()
	first()
	mustWait(t, alone)
	second()
	unlock := <-alone
	next := request(t, locks, ctx, true, 2)
	mustWait(t, next)
	unlock()
	(<-next)()
	if len(locks.queues) != 0 {
		t.Errorf("%d locks are left over", len(locks.queues))
	}
}

func TestNobodyPassesARequestToOwnALockAlone(t *testing.T) {
	locks, ctx := newNamedLocks(), context.Background()
	first := <-request(t, locks, ctx, true, 1)
	alone := request(t, locks, ctx, false, 2)
	late := request(t, locks, ctx, true, 3)
	mustWait(t, late)
	first()
	unlock := <-alone
	mustWait(t, late)
	unlock()
	(<-late)()
}

func TestACancelledRequestToOwnALockAloneLetsThoseBehindItPass(t *testing.T) {
	locks, ctx := newNamedLocks(), context.Background()
	first := <-request(t, locks, ctx, true, 1)
	impatient, cancel := context.WithCancel(ctx)
	alone := request(t, locks, impatient, false, 2)
	behind := []chan func(){request(t, locks, ctx, true, 3), request(t, locks, ctx, true, 4)}
	cancel()
	for _, unlocks := range behind {
		defer (<-unlocks)()
	}
	mustWait(t, alone)
	first()
}

func TestALockIsHeldUntilItsConnectionCloses(t *testing.T) {
	locks := newNamedLocks()
	server := httptest.NewServer(http.HandlerFunc(locks.serve))
	defer server.Close()

	acquire := func(body string) (locked chan string, closeConnection context.CancelFunc) {
		ctx, cancel := context.WithCancel(context.Background())
		locked = make(chan string, 1)
		go func() {
			request, _ := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+"/v1/lock", strings.NewReader(body))
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
	first, closeFirst := acquire(`{"name":"crds"}`)
	if line := <-first; line != "{\"locked\":true}\n" {
		t.Fatalf("got %q", line)
	}
	second, closeSecond := acquire(`{"name":"crds"}`)
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

	for range 2 {
		shared, closeShared := acquire(`{"name":"crds","shared":true}`)
		defer closeShared()
		if line := <-shared; line != "{\"locked\":true}\n" {
			t.Fatalf("got %q", line)
		}
	}
}
