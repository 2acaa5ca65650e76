// Package helm serves Helm as a resident library: JSON requests over HTTP, one
// endpoint per Helm verb, with charts and cluster discovery kept in memory.
package helm

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"

	"helm.sh/helm/v4/pkg/kube"

	"seatrial/engine/internal/helm/worker"
)

// Config is what the service needs from the process around it.
type Config struct {
	// Kubeconfig is the path of the kubeconfig file of the cluster to work on.
	// It is read when the first request needs the cluster.
	Kubeconfig string
	// Info returns what GET /v1/info answers. It must be JSON-encodable.
	Info func() any
	// Stop is called once POST /v1/stop has been answered.
	Stop func(reason string)
	// AfterChange, if set, is called with a release's manifest after the release was changed; the answer waits for it.
	AfterChange func(ctx context.Context, manifest string) error
	// WorkDir is the absolute path of a private folder for Helm's cache,
	// configuration and data. It is made (0700) if it does not exist.
	WorkDir string
	// Worker is the command that runs RunWorker, to which the path of a private
	// folder is added. Without it charts are read and rendered in this process,
	// where nothing can stop one that does not end.
	Worker []string
	// WorkerEnv is added to the workers' environment.
	WorkerEnv []string
	// Logger receives what Helm and the Kubernetes client say. Discarded when nil.
	Logger *slog.Logger
}

// Service answers the Helm endpoints. It is safe for concurrent use.
type Service struct {
	config  Config
	logger  *slog.Logger
	homes   *homes
	charts  *chartCache
	cluster *cluster
	locks   *namedLocks
	builds  *namedLocks
	// operations are what is done to releases at the moment.
	operations *operations
	digests    *digestBook
	workers    *worker.Pool
	stopOnce   sync.Once
}

// Helm would name its field manager after the program file otherwise.
var setFieldManager = sync.OnceFunc(func() { kube.ManagedFieldsManager = "helm" })

// NewService returns a service that has touched neither the cluster nor a chart yet.
func NewService(cfg Config) (*Service, error) {
	if cfg.Kubeconfig == "" {
		return nil, errors.New("the engine service needs the path of a kubeconfig")
	}
	if cfg.Info == nil || cfg.Stop == nil {
		return nil, errors.New("the engine service needs an Info and a Stop function")
	}
	logger := cfg.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	homes, err := newHomes(cfg.WorkDir)
	if err != nil {
		return nil, fmt.Errorf("cannot prepare Helm's folders: %w", err)
	}
	setFieldManager()
	return &Service{
		config:  cfg,
		logger:  logger,
		homes:   homes,
		charts:  newChartCache(),
		cluster: newCluster(cfg.Kubeconfig),
		locks:   newNamedLocks(),
		builds:  newNamedLocks(),

		operations: newOperations(),
		digests:    newDigestBook(),
		workers:    newWorkers(cfg),
	}, nil
}

// Warm prepares for the first chart.
func (s *Service) Warm(ctx context.Context) error {
	if s.workers == nil {
		return nil
	}
	return s.workers.Warm(ctx)
}

// Close ends the workers at once.
func (s *Service) Close() {
	if s.workers != nil {
		s.workers.Close()
	}
}

// Handler returns the HTTP handler with all endpoints.
func (s *Service) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/info", s.info)
	mux.HandleFunc("POST /v1/stop", s.stop)
	mux.HandleFunc("POST /v1/lock", s.lock)
	mux.HandleFunc("POST /v1/lint", isolated(s, s.lint))
	mux.HandleFunc("POST /v1/template", isolated(s, s.template))
	mux.HandleFunc("POST /v1/install", answer(inForce(s, s.install)))
	mux.HandleFunc("POST /v1/upgrade", answer(inForce(s, s.upgrade)))
	mux.HandleFunc("POST /v1/rollback", answer(inForce(s, s.rollback)))
	mux.HandleFunc("POST /v1/uninstall", answer(inForce(s, s.uninstall)))
	mux.HandleFunc("POST /v1/test", answer(s.test))
	mux.HandleFunc("POST /v1/give-up", answer(s.giveUp))
	mux.HandleFunc("POST /v1/status", answer(s.status))
	mux.HandleFunc("POST /v1/history", answer(s.history))
	mux.HandleFunc("POST /v1/get-values", answer(s.getValues))
	mux.HandleFunc("POST /v1/get-manifest", answer(s.getManifest))
	mux.HandleFunc("POST /v1/get-notes", answer(s.getNotes))
	mux.HandleFunc("POST /v1/dependency-list", isolated(s, s.dependencyList))
	mux.HandleFunc("POST /v1/dependency-build", answer(s.dependencyBuild))
	mux.HandleFunc("/", unknownEndpoint)
	return recoverPanics(s.logger, mux)
}

// workerHandler returns the handler of a worker, which nobody else can reach.
func (s *Service) workerHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+previewPath, answer(s.preview))
	mux.Handle("/", s.Handler())
	return recoverPanics(s.logger, mux)
}

func unknownEndpoint(w http.ResponseWriter, r *http.Request) {
	writeError(w, &Error{Code: CodeRequest, Message: fmt.Sprintf("no endpoint %s %s", r.Method, r.URL.Path)})
}
