// Package service runs the engine's main entry point: the control plane, the engine service and their end.
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
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"sync/atomic"
	"time"

	"k8s.io/klog/v2"

	"seatrial/engine/internal/helm"
	"seatrial/engine/internal/plane"
	"seatrial/engine/internal/protocol"
	"seatrial/engine/internal/simulation"
)

const (
	controlDescriptor = 3
	socketName    = "engine.sock"
	// How much the heap may grow between collections once the boot is done: Go's default. With 50, 200 Pods take a fifth more of the
	// processor (bench/pods); the engine would keep 20 MiB less after some installations (bench/memory).
	collectionPercent = 100
	// The data is thrown away, so nothing is drained: this is the time to remove the folder while its writers still run.
	removeTimeout = 1500 * time.Millisecond
)

type engine struct {
	dataDir string
	channel *protocol.Channel
	cancel  context.CancelFunc
	once    sync.Once
	exit    chan int
	helm    atomic.Pointer[helm.Service]

	simulation simulation.Config
}

// Serve boots a control plane and runs until it is told to end. It returns the exit code: 0 after an asked-for end, 1 after a
// failed component, 2 after wrong arguments.
func Serve(arguments []string, started time.Time) int {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	dataDir := flags.String("data-dir", "", "folder (0700) for everything the control plane writes; removed at the end")
	lifeline := flags.String("lifeline", lifelineStdin,
		"what the engine's life hangs on: stdin (its end ends the engine), start (as stdin, until the line \"detach\" comes) or none")
	simulationFile := flags.String("simulation", "", "JSON file that says which nodes are simulated, and how; three nodes without it")
	verbosity := flags.Int("v", 0, "log verbosity of the Kubernetes components")
	if err := flags.Parse(arguments); err != nil {
		return 2
	}
	if *dataDir == "" || flags.NArg() > 0 || !isLifeline(*lifeline) {
		fmt.Fprintln(os.Stderr, "usage: seatrial-engine serve --data-dir DIR [--lifeline stdin|start|none] [--simulation FILE] [--v N]")
		return 2
	}
	simulated := simulation.DefaultConfig()
	if *simulationFile != "" {
		var err error
		if simulated, err = simulation.ReadConfig(*simulationFile); err != nil {
			fmt.Fprintln(os.Stderr, "the configuration of the simulation is wrong:", err)
			return 2
		}
	}
	configureLog(*verbosity)

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	e := &engine{channel: protocol.NewChannel(controlDescriptor, started), cancel: cancel, exit: make(chan int, 1), simulation: simulated}
	e.channel.Hello(Versions())
	// Nothing of what the boot allocates is garbage for long; collecting meanwhile costs a tenth of the boot (bench/boot).
	debug.SetGCPercent(-1)
	if err := e.openDataDir(*dataDir); err != nil {
		e.channel.Error("engine", err)
		e.channel.Stopping("component failed")
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	watchEnd(*lifeline, func(reason string) { e.end(reason, 0) })
	go func() {
		e.boot(ctx, started)
		debug.SetGCPercent(collectionPercent)
		debug.FreeOSMemory()
	}()
	return <-e.exit
}

// openDataDir makes the folder the working directory, so that sockets can be named by short relative paths.
func (e *engine) openDataDir(dir string) error {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	info, err := os.Stat(absolute)
	if err != nil {
		return fmt.Errorf("unable to use the data folder: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return fmt.Errorf("the data folder %s is open to other users: mode %#o, expected 0700", absolute, mode)
	}
	e.dataDir = absolute
	return os.Chdir(absolute)
}

func (e *engine) boot(ctx context.Context, started time.Time) {
	var simulated *simulation.Simulation
	running, err := plane.Start(ctx, plane.Options{
		DataDir: e.dataDir,
		Objects: e.simulation.InitialObjects(Versions().Kubernetes),
		Simulate: func(ctx context.Context, running *plane.Plane) (kubelets http.Handler, err error) {
			if simulated, err = simulation.Start(ctx, e.simulation, Versions().Kubernetes, running.Config); err != nil {
				return nil, err
			}
			return simulated.Kubelets(), nil
		},
		OnStep:    e.channel.Step,
		OnFailure: e.fail,
	})
	if err != nil {
		e.fail(plane.FailedComponent(err), err)
		return
	}
	engineSocket := filepath.Join(e.dataDir, socketName)
	if err := e.serveHelm(running, simulated, started); err != nil {
		e.fail("service", err)
		return
	}
	e.channel.Step("service")
	e.channel.Ready(running.Server, running.Kubeconfig, engineSocket)
	// A failure will be told to the first request that needs what could not start.
	_ = e.helm.Load().Warm(ctx)
}

func (e *engine) serveHelm(running *plane.Plane, simulated *simulation.Simulation, started time.Time) error {
	socket := filepath.Join(e.dataDir, socketName)
	service, err := helm.NewService(helm.Config{
		Kubeconfig: running.Kubeconfig,
		WorkDir:    filepath.Join(e.dataDir, "helm"),
		Worker:     workerCommand(running.Kubeconfig),
		Logger:     slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
		Info: func() any {
			return info{
				Hello: Versions(), Server: running.Server, Kubeconfig: running.Kubeconfig, EngineSocket: socket, StartedAt: started.UTC(),
				Goroutines: runtime.NumGoroutine(), HeapBytes: heapBytes(),
			}
		},
		Stop:        func(reason string) { go e.end(reason, 0) },
		AfterChange: running.Webhooks.WaitForConfigurations,
	})
	if err != nil {
		return err
	}
	e.helm.Store(service)
	listener, err := net.Listen("unix", socketName)
	if err != nil {
		return err
	}
	handler := http.NewServeMux()
	handler.Handle("/", service.Handler())
	handler.Handle("/v1/webhook/", running.Webhooks.Handler())
	handler.Handle(simulation.Path, simulated.Handler())
	handler.Handle(simulation.Path+"/", simulated.Handler())
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			e.fail("service", err)
		}
	}()
	return nil
}

// info answers who this engine is, for a later process that finds its socket.
type info struct {
	protocol.Hello
	Server     string    `json:"server"`
	Kubeconfig string    `json:"kubeconfig"`
	EngineSocket string    `json:"engineSocket"`
	StartedAt  time.Time `json:"startedAt"`
	// What grows in a process that leaks.
	Goroutines int    `json:"goroutines"`
	HeapBytes  uint64 `json:"heapBytes"`
}

// heapBytes is the size of all objects on the heap, those included that the next collection will free.
func heapBytes() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
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

// finish removes the data folder and lets Serve return. Components are not drained: their data goes with the folder, and the
// process's end closes every connection, also those of clients that still watch.
func (e *engine) finish(reason string, code int) {
	e.channel.Stopping(reason)
	e.cancel()
	if service := e.helm.Load(); service != nil {
		service.Close()
	}
	deadline := time.Now().Add(removeTimeout)
	for os.RemoveAll(e.dataDir) != nil && time.Now().Before(deadline) {
		// A component has written a file in between.
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
