package helm

import (
	"os"

	"seatrial/engine/internal/helm/worker"
)

// RunWorker handles charts for the service that started this process, until
// that service ends. cfg.WorkDir is the private folder that it was given.
func RunWorker(cfg Config) error {
	cfg.Worker = nil
	cfg.Info, cfg.Stop = func() any { return nil }, func(string) {}
	service, err := NewService(cfg)
	if err != nil {
		return err
	}
	// Whatever prints, Helm included, must not print into the answers.
	answers := os.Stdout
	os.Stdout = os.Stderr
	worker.LimitMemory(MaxWorkerMemory)
	worker.Serve(os.Stdin, answers, service.workerHandler())
	return nil
}
