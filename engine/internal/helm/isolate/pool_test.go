package isolate

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	childOfTest = "SEATRIAL_TEST_CHILD"
	// crampedChild is set for a child that says that it has less memory than a chart may use.
	crampedChild = "SEATRIAL_TEST_CRAMPED"
)

// TestMain makes the test program its own worker.
func TestMain(m *testing.M) {
	if os.Getenv(childOfTest) == "" {
		os.Exit(m.Run())
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.Copy(w, r.Body)
	})
	mux.HandleFunc("/pid", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("x", os.Getpid()))
	})
	mux.HandleFunc("/spin", func(_ http.ResponseWriter, r *http.Request) {
		Announce(r.Context(), "spinning")
		for {
		}
	})
	mux.HandleFunc("/panic", func(_ http.ResponseWriter, r *http.Request) {
		Announce(r.Context(), "panicking")
		go panic("in a goroutine of its own")
		select {}
	})
	mux.HandleFunc("/die", func(http.ResponseWriter, *http.Request) { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL) })
	mux.HandleFunc("/die-once", func(w http.ResponseWriter, r *http.Request) {
		mark, _ := io.ReadAll(r.Body)
		if os.Mkdir(string(mark), 0o700) == nil {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
		_, _ = io.WriteString(w, "finished")
	})
	mux.HandleFunc("/allocate", func(http.ResponseWriter, *http.Request) {
		for kept := [][]byte{}; ; {
			kept = append(kept, make([]byte, 16<<20))
			_ = kept
		}
	})
	hasFullBudget := LimitMemory(256<<20) && os.Getenv(crampedChild) == ""
	Serve(os.Stdin, os.Stdout, mux, hasFullBudget)
}

func newTestPool(t *testing.T, idle time.Duration) *Pool {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	pool := NewPool(Config{
		Command: []string{program}, Name: "test-worker", Env: []string{childOfTest + "=1"},
		Dir: t.TempDir(), Limit: 2, IdleTimeout: idle,
	})
	t.Cleanup(pool.Close)
	return pool
}

func TestARequestIsAnsweredByAProcessThatStaysWarm(t *testing.T) {
	pool := newTestPool(t, time.Minute)
	pids := map[int]bool{}
	for range 3 {
		answer, err := pool.Do(t.Context(), &Request{Path: "/echo", Body: []byte("hello")}, time.Minute)
		if err != nil || answer.Status != http.StatusAccepted || string(answer.Body) != "hello" {
			t.Fatalf("answered %+v, %v", answer, err)
		}
		pids[pidOf(t, pool)] = true
	}
	if len(pids) != 1 || pids[os.Getpid()] {
		t.Errorf("the processes were %v", pids)
	}
}

func pidOf(t *testing.T, pool *Pool) int {
	t.Helper()
	answer, err := pool.Do(t.Context(), &Request{Path: "/pid"}, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return len(answer.Body)
}

func TestARequestForAChartMeetsTheProcessThatReadTheChartLast(t *testing.T) {
	pool := newTestPool(t, time.Minute)
	pidFor := func(chart string) int {
		t.Helper()
		answer, err := pool.Do(t.Context(), &Request{Path: "/pid", Chart: chart}, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		return len(answer.Body)
	}
	web := pidFor("/charts/web")
	// The first process is busy with another request, so that the second chart needs a process of its own.
	busy, err := pool.take(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	api := pidFor("/charts/api")
	pool.giveBack(busy)
	if web == api {
		t.Fatal("both charts were read by one process that was busy")
	}
	for range 3 {
		if got := []int{pidFor("/charts/api"), pidFor("/charts/web"), pidFor("/charts/web")}; !slices.Equal(got, []int{api, web, web}) {
			t.Errorf("the processes were %v, want %v", got, []int{api, web, web})
		}
	}
	// A chart that nobody has read meets the process that worked last, and then stays with it.
	pidFor("/charts/api")
	if got := []int{pidFor("/charts/new"), pidFor("/charts/web"), pidFor("/charts/new")}; !slices.Equal(got, []int{api, web, api}) {
		t.Errorf("with a chart that is new, the processes were %v, want %v", got, []int{api, web, api})
	}
}

func TestAChartWhoseProcessIsBusyIsReadByAnIdleProcess(t *testing.T) {
	pool := newTestPool(t, time.Minute)
	one, err := pool.take(t.Context(), "/charts/web")
	if err != nil {
		t.Fatal(err)
	}
	other, err := pool.take(t.Context(), "/charts/api")
	if err != nil {
		t.Fatal(err)
	}
	pool.giveBack(other)
	if got, err := pool.take(t.Context(), "/charts/web"); err != nil || got != other {
		t.Errorf("got another process, %v", err)
	}
	pool.giveBack(one)
	pool.giveBack(other)
	if got, err := pool.take(t.Context(), "/charts/web"); err != nil || got != other {
		t.Errorf("the process that read the chart last was not preferred, %v", err)
	}
}

func TestALateRequestIsStoppedWithItsProcess(t *testing.T) {
	pool := newTestPool(t, time.Minute)
	pid := pidOf(t, pool)
	_, err := pool.Do(t.Context(), &Request{Path: "/spin"}, 50*time.Millisecond)
	late, ok := errors.AsType[*TimeoutError](err)
	if !ok || late.Last != "spinning" || late.After != 50*time.Millisecond {
		t.Fatalf("got %v", err)
	}
	if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("the process %d is still there: %v", pid, err)
	}
	if pidOf(t, pool) == pid {
		t.Error("the next request met the same process")
	}
}

func TestACancelledRequestIsStoppedWithItsProcess(t *testing.T) {
	pool := newTestPool(t, time.Minute)
	pid := pidOf(t, pool)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := pool.Do(ctx, &Request{Path: "/spin"}, time.Minute); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v", err)
	}
	if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("the process %d is still there: %v", pid, err)
	}
}

func TestAPanicInAnyGoroutineEndsOnlyItsProcess(t *testing.T) {
	pool := newTestPool(t, time.Minute)
	_, err := pool.Do(t.Context(), &Request{Path: "/panic"}, time.Minute)
	dead, ok := errors.AsType[*CrashError](err)
	if !ok || dead.OverLimit || dead.Last != "panicking" || dead.Reason != "panic: in a goroutine of its own" {
		t.Fatalf("got %+v", err)
	}
	pidOf(t, pool)
}

func TestARequestThatNeedsTooMuchMemoryEndsOnlyItsProcess(t *testing.T) {
	pool := newTestPool(t, time.Minute)
	_, err := pool.Do(t.Context(), &Request{Path: "/allocate"}, time.Minute)
	if dead, ok := errors.AsType[*CrashError](err); !ok || !dead.OverLimit {
		t.Fatalf("got %+v", err)
	}
	pidOf(t, pool)
}

func TestRequestsBeyondTheLimitWait(t *testing.T) {
	pool := newTestPool(t, time.Minute)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 2)
	for range 2 {
		go func() {
			_, err := pool.Do(ctx, &Request{Path: "/spin"}, time.Minute)
			ended <- err
		}()
	}
	for len(pool.slots) < 2 {
		time.Sleep(time.Millisecond)
	}
	waiting, giveUp := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer giveUp()
	if _, err := pool.Do(waiting, &Request{Path: "/echo"}, time.Minute); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the third got %v", err)
	}
	cancel()
	for range 2 {
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("a cancelled one got %v", err)
		}
	}
	pidOf(t, pool)
}

func TestAnIdleProcessEnds(t *testing.T) {
	pool := newTestPool(t, 10*time.Millisecond)
	pid := pidOf(t, pool)
	for deadline := time.Now().Add(10 * time.Second); syscall.Kill(pid, 0) == nil; {
		if time.Now().After(deadline) {
			t.Fatalf("the process %d is still there", pid)
		}
		time.Sleep(time.Millisecond)
	}
	if pidOf(t, pool) == pid {
		t.Error("the next request met the same process")
	}
}

func TestAProcessThatDiedWhileIdleIsReplaced(t *testing.T) {
	pool := newTestPool(t, time.Minute)
	pid := pidOf(t, pool)
	child := pool.idle[0]
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-child.exited
	if pidOf(t, pool) == pid {
		t.Error("the next request met the same process")
	}
}

func TestAProgramThatCannotBeStartedIsNamed(t *testing.T) {
	pool := NewPool(Config{Command: []string{"/nonexistent/engine"}, Dir: t.TempDir(), Limit: 1, IdleTimeout: time.Minute})
	for range 2 {
		if _, err := pool.Do(t.Context(), &Request{Path: "/echo"}, time.Minute); err == nil || !strings.Contains(err.Error(), "/nonexistent/engine") {
			t.Errorf("got %v", err)
		}
	}
}

func TestAChildEndsWithItsParentsEndOfTheRequestsAlsoWhenBusy(t *testing.T) {
	requests, ask := io.Pipe()
	answers, out := io.Pipe()
	started := make(chan struct{})
	served := make(chan struct{})
	go func() {
		Serve(requests, out, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			close(started)
			select {}
		}), true)
		close(served)
	}()
	go func() { _, _ = io.Copy(io.Discard, answers) }()
	encoder := newWriter(ask)
	_ = encoder.encoder.Encode(Request{Path: "/"})
	_ = encoder.out.Flush()
	<-started
	_ = ask.Close()
	<-served
}
