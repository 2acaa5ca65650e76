// seatrial-engine is a Kubernetes control plane, Helm and kubectl in one program.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"seatrial/engine/internal/cli"
	"seatrial/engine/internal/service"
)

const usage = `usage: seatrial-engine serve --data-dir DIR [--lifeline stdin|start|none] [--simulation FILE]
       seatrial-engine version
       seatrial-engine kubectl ...
       seatrial-engine helm ...`

func main() {
	started := time.Now()
	os.Exit(run(os.Args[1:], started))
}

func run(arguments []string, started time.Time) int {
	if len(arguments) == 0 {
		fmt.Fprintln(os.Stderr, usage)
		return 2
	}
	switch command, rest := arguments[0], arguments[1:]; command {
	case "serve":
		return service.Serve(rest, started)
	case service.WorkerCommand:
		return service.Worker(rest)
	case "version":
		if err := json.NewEncoder(os.Stdout).Encode(service.Versions()); err != nil {
			return 1
		}
		return 0
	case "kubectl":
		return cli.Kubectl(rest)
	case "helm":
		return cli.Helm(rest)
	default:
		fmt.Fprintf(os.Stderr, "unknown command %q\n%s\n", command, usage)
		return 2
	}
}
