// Package service serves Helm as a resident library: JSON requests over HTTP, one endpoint per Helm
// verb, with charts and cluster discovery kept in memory.
package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/kube"
	"k8s.io/utils/lru"

	"seatrial/engine/internal/helm/chart"
	"seatrial/engine/internal/helm/client"
	"seatrial/engine/internal/helm/isolate"
	"seatrial/engine/internal/helm/logged"
	"seatrial/engine/internal/helm/wire"
	"seatrial/engine/internal/jsonhttp"
)

// Config is what the service needs from the process around it.
type Config struct {
	// Kubeconfig is the path of the cluster's kubeconfig file. It is read when the first request
	// needs the cluster.
	Kubeconfig string
	// DelayControllers, if set, is called before a manifest with webhook configurations is applied in
	// a namespace; the returned function is called after that.
	DelayControllers func(namespace string) (end func())
	// WorkDir is the absolute path of a private directory for Helm's cache, configuration and data.
	// It is created (0700) if it does not exist.
	WorkDir string
	// CapabilitiesFile passes the cluster's capabilities to the workers, which render with them by default.
	// With an empty name, the defaults are Helm's own.
	CapabilitiesFile string
	// Worker is the command that runs RunWorker; the path of a private directory is appended.
	// Without it charts are read and rendered in this process, where nothing can stop a chart that
	// does not end.
	Worker []string
	// WorkerEnv is added to the workers' environment.
	WorkerEnv []string
	// Logger receives the messages of Helm and of the Kubernetes client. They are discarded when it
	// is nil.
	Logger *slog.Logger
}

// Service answers the Helm endpoints. It is safe for concurrent use.
type Service struct {
	config      Config
	logger      *slog.Logger
	directories *chart.HelmDirectories
	charts      *chart.Store
	cluster     *client.Cluster
	// operations are the changes of releases in progress.
	operations *client.Operations
	digests    *revisionDigests
	workers    *isolate.Workers
	// rendered has the digests of the renderings that a worker has finished.
	rendered *lru.Cache
	// logged has what Helm has logged about the chart. Only workers have it.
	logged *logged.Collector
}

// maxRendered is enough for the trials that run at the same time; a digest that was evicted costs a
// preview.
const maxRendered = 256

// Helm would name its field manager after the program file otherwise.
var setFieldManager = sync.OnceFunc(func() { kube.ManagedFieldsManager = "helm" })

// New returns a service that has touched neither the cluster nor a chart yet.
func New(cfg Config) (*Service, error) {
	if cfg.Kubeconfig == "" {
		return nil, errors.New("the Helm service needs the path of a kubeconfig")
	}
	logger := cfg.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	directories, err := chart.NewHelmDirectories(cfg.WorkDir)
	if err != nil {
		return nil, fmt.Errorf("cannot prepare Helm's directories: %w", err)
	}
	setFieldManager()
	service := &Service{
		config:      cfg,
		logger:      logger,
		directories: directories,
		charts:      chart.NewStore(directories),
		cluster:     client.NewCluster(cfg.Kubeconfig, cfg.DelayControllers),
		operations:  client.NewOperations(),
		digests:     newRevisionDigests(),
		rendered:    lru.New(maxRendered),
	}
	if len(cfg.Worker) > 0 {
		if cfg.CapabilitiesFile != "" {
			if err := service.cluster.WriteCapabilities(cfg.CapabilitiesFile); err != nil {
				return nil, err
			}
		}
		service.workers = isolate.NewWorkers(cfg.Worker, cfg.WorkerEnv, filepath.Join(cfg.WorkDir, "workers"), logger)
	}
	return service, nil
}

// Warm prepares for the first chart.
func (s *Service) Warm(ctx context.Context) error { return s.workers.Warm(ctx) }

// Close ends the workers immediately.
func (s *Service) Close() { s.workers.Close() }

// RegisterCharts adds the endpoints that need files only to the mux.
func (s *Service) RegisterCharts(mux *http.ServeMux) {
	mux.HandleFunc("POST /v1/lint", isolated(s, lintJob, s.lint))
	mux.HandleFunc("POST /v1/template", wire.Identified(s.serveTemplate))
	mux.HandleFunc("POST /v1/dependency-list", isolated(s, dependencyListJob, s.dependencyList))
	mux.HandleFunc("POST /v1/dependency-build", jsonhttp.Handle(s.dependencyBuild))
}

// Register adds all endpoints to the mux.
func (s *Service) Register(mux *http.ServeMux) {
	s.RegisterCharts(mux)
	mux.HandleFunc("POST /v1/install", wire.Identified(jsonhttp.Handle(s.install)))
	mux.HandleFunc("POST /v1/upgrade", wire.Identified(jsonhttp.Handle(s.upgrade)))
	mux.HandleFunc("POST /v1/rollback", wire.Identified(jsonhttp.Handle(s.rollback)))
	mux.HandleFunc("POST /v1/uninstall", wire.Identified(jsonhttp.Handle(s.uninstall)))
	mux.HandleFunc("POST /v1/test", wire.Identified(jsonhttp.Handle(s.test)))
	mux.HandleFunc("POST /v1/give-up", jsonhttp.Handle(s.giveUp))
	mux.HandleFunc("POST /v1/explain", wire.Identified(jsonhttp.Handle(s.explain)))
	mux.HandleFunc("POST /v1/status", wire.Identified(jsonhttp.Handle(s.status)))
	mux.HandleFunc("POST /v1/history", wire.Identified(jsonhttp.Handle(s.history)))
}

func (s *Service) configuration(ctx context.Context, namespace string) (*action.Configuration, error) {
	return s.cluster.Configuration(ctx, namespace, s.logger)
}

// giveUp ends the operations of a release that still wait.
func (s *Service) giveUp(_ context.Context, request wire.GiveUpRequest) (*wire.GiveUpResponse, error) {
	if err := wire.CheckReleaseName(request.ReleaseName); err != nil {
		return nil, err
	}
	count := s.operations.GiveUp(wire.NamespaceOr(request.Namespace), request.ReleaseName)
	return &wire.GiveUpResponse{Operations: count}, nil
}
