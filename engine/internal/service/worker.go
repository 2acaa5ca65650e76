package service

import (
	"fmt"
	"log/slog"
	"os"

	helm "seatrial/engine/internal/helm/service"
)

// WorkerCommand is the subcommand of the processes in which the engine reads and renders charts.
const WorkerCommand = "chart-worker"

// The kernel's name of the running program stays valid when its file is replaced.
const ownProgram = "/proc/self/exe"

// workerCommand returns the command of a worker; see Config.CapabilitiesFile.
func workerCommand(kubeconfig, capabilitiesFile string) []string {
	program := ownProgram
	if _, err := os.Stat(program); err != nil {
		// If this fails too, the first chart is refused with this error.
		if program, err = os.Executable(); err != nil {
			program = os.Args[0]
		}
	}
	return []string{program, WorkerCommand, kubeconfig, capabilitiesFile}
}

// Worker handles charts for the engine that started it: it reads requests on standard input,
// answers on standard output, and ends with its standard input. Its arguments are the kubeconfig,
// the file with its capabilities or an empty text, and a private directory.
func Worker(arguments []string) int {
	if len(arguments) != 3 {
		fmt.Fprintf(os.Stderr, "%s can only be started by the engine\n", WorkerCommand)
		return 2
	}
	logger := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	config := helm.Config{Kubeconfig: arguments[0], CapabilitiesFile: arguments[1], WorkDir: arguments[2], Logger: logger}
	if err := helm.RunWorker(config); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
