// Package service runs the engine's main entry point: the control plane, the engine service and
// their end.
package service

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"k8s.io/klog/v2"

	helm "seatrial/engine/internal/helm/service"
	"seatrial/engine/internal/memory"
	"seatrial/engine/internal/plane"
	"seatrial/engine/internal/protocol"
	"seatrial/engine/internal/simulation"
	"seatrial/engine/internal/upstream"
)

const (
	controlDescriptor = 3
	socketName        = "engine.sock"
	// removeTimeout is the time for removing the data directory while components still write to it.
	// Nothing is drained, because the data is thrown away.
	removeTimeout = 1500 * time.Millisecond
)

type engine struct {
	dataDir string
	opened  os.FileInfo
	channel *protocol.Channel
	cancel  context.CancelFunc
	once    sync.Once
	exit    chan int
	helm    atomic.Pointer[helm.Service]
	options serveOptions
}

// Serve boots a control plane, attaches to one or, with --charts-only, has none, and runs until it
// is asked to end. It returns the exit code: 0 after a requested end, 1 after a failed component, 2 for
// wrong arguments.
func Serve(arguments []string, started time.Time) int {
	options, err := parseServeOptions(arguments)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	if cannotServe != "" {
		fmt.Fprintln(os.Stderr, cannotServe)
		return 1
	}
	configureLog(options.verbosity)

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	e := &engine{channel: protocol.NewChannel(controlDescriptor, started), cancel: cancel, exit: make(chan int, 1), options: options}
	e.channel.Hello(Versions())
	memory.HoldCollection()
	if err := e.openDataDir(options.dataDir); err != nil {
		e.channel.Error("engine", err)
		e.channel.Stopping("component failed")
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	watchEnd(options.lifeline, func(reason string) { e.end(reason, 0) })
	go func() {
		e.boot(ctx, started)
		memory.ReleaseCollection(ctx)
	}()
	return <-e.exit
}

// openDataDir makes the data directory the working directory, so that sockets have short relative
// paths.
func (e *engine) openDataDir(dir string) error {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	info, err := os.Lstat(absolute)
	if err != nil {
		return fmt.Errorf("unable to use the data directory: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return fmt.Errorf("the data directory %s is open to other users: mode %#o, expected 0700", absolute, mode)
	}
	if err := os.Chdir(absolute); err != nil {
		return err
	}
	opened, err := os.Stat(".")
	if err != nil {
		return err
	}
	// A symbolic link, or a directory that was exchanged: it is removed with everything in it at the end.
	if !os.SameFile(info, opened) {
		return fmt.Errorf("the data directory %s is not a directory of its own", absolute)
	}
	e.dataDir, e.opened = absolute, opened
	return nil
}

// removeData removes the directory that was opened. What somebody else has put at its path stays.
func (e *engine) removeData() error {
	found, err := os.Lstat(e.dataDir)
	if err != nil || !os.SameFile(found, e.opened) {
		return nil
	}
	return os.RemoveAll(e.dataDir)
}

func (e *engine) boot(ctx context.Context, started time.Time) {
	running, simulated, err := e.startPlane(ctx)
	if err != nil {
		e.fail(plane.FailedComponent(err), err)
		return
	}
	engineSocket := filepath.Join(e.dataDir, socketName)
	if err := e.listen(running, simulated, started); err != nil {
		e.fail("service", err)
		return
	}
	e.channel.Step("service")
	e.channel.Ready(running.Server, running.Kubeconfig, engineSocket)
	// The first request that needs a worker reports why none could start.
	_ = e.helm.Load().Warm(ctx)
}

// startPlane starts a control plane with simulated nodes, attaches to one that runs already, or starts none.
func (e *engine) startPlane(ctx context.Context) (*plane.Plane, *simulation.Simulation, error) {
	if e.options.chartsOnly {
		// No file: the endpoints that need a cluster are not served.
		return &plane.Plane{Kubeconfig: filepath.Join(e.dataDir, "no-cluster")}, nil, nil
	}
	if e.options.attach.Kubeconfig != "" {
		attach := e.options.attach
		attach.OnStep = e.channel.Step
		running, err := plane.Attach(ctx, attach)
		return running, nil, err
	}
	var simulated *simulation.Simulation
	running, err := plane.Start(ctx, plane.Options{
		DataDir: e.dataDir,
		Objects: e.options.simulation.InitialObjects(e.kubernetes()),
		Simulate: func(ctx context.Context, running *plane.Plane) (kubelets http.Handler, err error) {
			if simulated, err = simulation.Start(ctx, e.options.simulation, e.kubernetes(), running.Config); err != nil {
				return nil, err
			}
			return simulated.Kubelets(), nil
		},
		EmulatedVersion: e.options.kubernetesVersion,
		DryRunsOnly:     e.options.dryRunsOnly,
		RealNode:        e.options.realNode,
		OnStep:          e.channel.Step,
		OnFailure:       e.fail,
	})
	return running, simulated, err
}

// kubernetes is the version that the nodes report, and that charts are rendered for.
func (e *engine) kubernetes() string {
	return plane.ReportedVersion(e.options.kubernetesVersion, Versions().Kubernetes)
}

func (e *engine) listen(running *plane.Plane, simulated *simulation.Simulation, started time.Time) error {
	socket := filepath.Join(e.dataDir, socketName)
	logger := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	capabilitiesFile := ""
	// Without a chosen version, charts that are rendered without asking the cluster see what Helm shows them.
	if e.options.kubernetesVersion != "" || upstream.IsOlder {
		capabilitiesFile = filepath.Join(e.dataDir, "capabilities.json")
	}
	config := helm.Config{
		Kubeconfig:       running.Kubeconfig,
		WorkDir:          filepath.Join(e.dataDir, "helm"),
		Worker:           workerCommand(running.Kubeconfig, capabilitiesFile),
		CapabilitiesFile: capabilitiesFile,
		Logger:           logger,
	}
	served := endpoints{
		about: info{
			Hello: Versions(), Helm3: moduleVersion("helm.sh/helm/v3"), Server: running.Server, Kubeconfig: running.Kubeconfig, EngineSocket: socket,
			StartedAt: started.UTC(),
		},
		stop:       func(reason string) { e.end(reason, 0) },
		logger:     logger,
		chartsOnly: e.options.chartsOnly,
	}
	if running.Webhooks != nil {
		config.DelayControllers = running.Webhooks.DelayControllers
		served.webhooks = running.Webhooks.Handler()
		served.users = running.IssueClient
		served.withObjects = running.WithObjects
	}
	if simulated != nil {
		served.simulation, served.simulationPath = simulated.Handler(), simulation.Path
	}
	service, err := helm.New(config)
	if err != nil {
		return err
	}
	e.helm.Store(service)
	listener, err := net.Listen("unix", socketName)
	if err != nil {
		return err
	}
	served.helm = service
	server := &http.Server{Handler: served.handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			e.fail("service", err)
		}
	}()
	return nil
}

func (e *engine) fail(component string, err error) {
	e.once.Do(func() {
		fmt.Fprintf(os.Stderr, "%s failed: %v\n", component, err)
		e.channel.Error(component, err)
		e.finish("component failed", 1)
	})
}

func (e *engine) end(reason string, code int) {
	e.once.Do(func() { e.finish(reason, code) })
}

// finish removes the data directory and makes Serve return. Components are not drained: their data
// is removed, and the end of the process closes every connection, including those of clients that
// still watch.
func (e *engine) finish(reason string, code int) {
	e.channel.Stopping(reason)
	e.cancel()
	if service := e.helm.Load(); service != nil {
		service.Close()
	}
	deadline := time.Now().Add(removeTimeout)
	for e.removeData() != nil && time.Now().Before(deadline) {
		// A component has written a file in the meantime.
		time.Sleep(5 * time.Millisecond)
	}
	e.exit <- code
}

func configureLog(verbosity int) {
	flags := flag.NewFlagSet("klog", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	klog.InitFlags(flags)
	_ = flags.Set("logtostderr", "true")
	_ = flags.Set("v", fmt.Sprint(verbosity))
}
