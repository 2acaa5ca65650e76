// seatrial-engine is a Kubernetes control plane, Helm and kubectl in one program.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"seatrial/engine/internal/cli"
	"seatrial/engine/internal/guard"
	"seatrial/engine/internal/service"
)

const usage = `usage: seatrial-engine serve --data-dir DIR [--lifeline stdin|start|none]
                             [[--kubernetes-version VERSION] [--dry-runs-only] [--simulation FILE] [--real-node FILE] | --attach KUBECONFIG [--delete-namespaces] | --charts-only]
       seatrial-engine guard PROGRAM [ARGUMENT ...]
       seatrial-engine version
       seatrial-engine kubectl ...
       seatrial-engine helm ...
A link to the program that is named kubectl or helm is kubectl or helm.`

func main() {
	started := time.Now()
	if tool := cli.ToolOf(os.Args[0]); tool != nil {
		os.Exit(tool(os.Args[0], os.Args[1:]))
	}
	os.Exit(run(os.Args[1:], started))
}

func run(arguments []string, started time.Time) int {
	if len(arguments) == 0 {
		fmt.Fprintln(os.Stderr, usage)
		return 2
	}
	command, rest := arguments[0], arguments[1:]
	if tool := cli.FindTool(command); tool != nil {
		return tool("", rest)
	}
	switch command {
	case "serve":
		return service.Serve(rest, started)
	case service.WorkerCommand:
		return service.Worker(rest)
	case guard.Command:
		return guard.Run(rest)
	case "version":
		if err := json.NewEncoder(os.Stdout).Encode(service.Versions()); err != nil {
			return 1
		}
		return 0
	default:
		fmt.Fprintf(os.Stderr, "unknown command %q\n%s\n", command, usage)
		return 2
	}
}
