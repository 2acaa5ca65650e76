package service

import (
	"context"
	"net/http"
	"os"

	"k8s.io/client-go/rest"

	"seatrial/engine/internal/helm/client"
	"seatrial/engine/internal/helm/helm3"
	"seatrial/engine/internal/helm/isolate"
	"seatrial/engine/internal/helm/logged"
	"seatrial/engine/internal/jsonhttp"
)

// RunWorker handles charts for the service that started this process, until that service ends.
// cfg.WorkDir is the private directory that the service has chosen.
func RunWorker(cfg Config) error {
	cfg.Worker = nil
	if err := setDefaultCapabilities(cfg.CapabilitiesFile); err != nil {
		return err
	}
	service, err := New(cfg)
	if err != nil {
		return err
	}
	service.logged = logged.Collect()
	// Nothing that prints, Helm included, may print into the answers.
	answers := os.Stdout
	os.Stdout = os.Stderr
	hasFullBudget := isolate.LimitMemory(isolate.MaxWorkerMemory)
	isolate.Serve(os.Stdin, answers, service.workerHandler(), hasFullBudget)
	return nil
}

func setDefaultCapabilities(file string) error {
	if file == "" {
		return nil
	}
	capabilities, err := client.ReadCapabilities(file)
	if err != nil {
		return err
	}
	if err := capabilities.SetDefaults(); err != nil {
		return err
	}
	return helm3.SetDefaultCapabilities(capabilities.KubeVersion, capabilities.APIVersions)
}

// workerHandler returns the handler of a worker, which only the engine can reach.
func (s *Service) workerHandler() http.Handler {
	mux := http.NewServeMux()
	s.Register(mux)
	mux.HandleFunc("POST "+isolate.PreviewPath, jsonhttp.Handle(s.preview))
	mux.HandleFunc("POST "+renderPath, s.serveRender)
	mux.HandleFunc("/", jsonhttp.UnknownEndpoint)
	return jsonhttp.RecoverPanics(s.logger, mux)
}

func (s *Service) preview(ctx context.Context, request isolate.PreviewRequest) (*isolate.PreviewResponse, error) {
	config := func() (*rest.Config, error) { return s.cluster.RESTConfig(request.As) }
	return isolate.Preview(ctx, s.charts, config, request)
}
