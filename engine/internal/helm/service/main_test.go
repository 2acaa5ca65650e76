package service

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

const testWorker = "SEATRIAL_TEST_WORKER"

// TestMain makes the test program its own worker.
func TestMain(m *testing.M) {
	if os.Getenv(testWorker) == "" {
		os.Exit(m.Run())
	}
	if err := RunWorker(Config{Kubeconfig: noCluster, WorkDir: os.Args[len(os.Args)-1]}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// newIsolatingService returns a service whose charts are handled by workers, as in the engine.
func newIsolatingService(t testing.TB) *Service {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	service, err := New(Config{
		Kubeconfig: noCluster,
		WorkDir:    filepath.Join(t.TempDir(), "helm"),
		Worker:     []string{program},
		WorkerEnv:  []string{testWorker + "=1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(service.Close)
	return service
}
