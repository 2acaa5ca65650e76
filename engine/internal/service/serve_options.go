package service

import (
	"errors"
	"flag"
	"fmt"
	"path/filepath"

	"seatrial/engine/internal/plane"
	"seatrial/engine/internal/simulation"
)

const serveUsage = "usage: seatrial-engine serve --data-dir DIR [--lifeline stdin|start|none] [--v N] " +
	"[[--kubernetes-version VERSION] [--dry-runs-only] [--simulation FILE] [--real-node FILE] | --attach KUBECONFIG [--delete-namespaces] | --charts-only]"

// serveOptions are the arguments of serve.
type serveOptions struct {
	dataDir    string
	lifeline   string
	verbosity  int
	simulation simulation.Config
	attach     plane.AttachOptions
	realNode   *plane.RealNode
	// kubernetesVersion is the version to emulate, such as "1.35"; empty for the engine's own.
	kubernetesVersion string
	// dryRunsOnly is a control plane without what only installed objects need.
	dryRunsOnly bool
	// chartsOnly is an engine without a control plane: it reads, lints and renders charts.
	chartsOnly bool
}

func parseServeOptions(arguments []string) (serveOptions, error) {
	var options serveOptions
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	flags.StringVar(&options.dataDir, "data-dir", "", "directory (0700) for everything that the control plane writes; removed at the end")
	flags.StringVar(&options.lifeline, "lifeline", lifelineStdin,
		"what ends the engine: stdin (the end of standard input), start (as stdin, until the line \"detach\" arrives) or none")
	flags.IntVar(&options.verbosity, "v", 0, "log verbosity of the Kubernetes components")
	simulationFile := flags.String("simulation", "", "JSON file with the simulated nodes and their settings (default: three nodes)")
	realNodeFile := flags.String("real-node", "", "JSON file with the name, socket and network of the node with real containers")
	flags.StringVar(&options.attach.Kubeconfig, "attach", "", "kubeconfig of a control plane that runs already: none is started")
	flags.BoolVar(&options.attach.DeleteNamespaces, "delete-namespaces", false,
		"with --attach: empty and remove deleted namespaces, for a control plane without controllers")
	flags.StringVar(&options.kubernetesVersion, "kubernetes-version", "", "the version of Kubernetes to emulate, such as 1.35 (default: the engine's own)")
	flags.BoolVar(&options.dryRunsOnly, "dry-runs-only", false, "start no scheduler, no simulation and only the controllers that admission depends on")
	flags.BoolVar(&options.chartsOnly, "charts-only", false, "start no control plane: only read, lint and render charts")
	if err := flags.Parse(arguments); err != nil {
		return options, err
	}
	isAttached := options.attach.Kubeconfig != ""
	hasOwn := *simulationFile != "" || *realNodeFile != "" || options.kubernetesVersion != "" || options.dryRunsOnly
	if options.dataDir == "" || flags.NArg() > 0 || !isLifeline(options.lifeline) || (isAttached && hasOwn) ||
		(options.chartsOnly && (isAttached || hasOwn)) || (!isAttached && options.attach.DeleteNamespaces) {
		return options, errors.New(serveUsage)
	}
	if isAttached {
		// The data directory becomes the working directory.
		var err error
		if options.attach.Kubeconfig, err = filepath.Abs(options.attach.Kubeconfig); err != nil {
			return options, err
		}
	}
	options.simulation = simulation.DefaultConfig()
	if *simulationFile != "" {
		var err error
		if options.simulation, err = simulation.ReadConfig(*simulationFile); err != nil {
			return options, fmt.Errorf("the configuration of the simulation is invalid: %w", err)
		}
	}
	if *realNodeFile != "" {
		var err error
		if options.realNode, err = plane.ReadRealNode(*realNodeFile); err != nil {
			return options, fmt.Errorf("the description of the real node is invalid: %w", err)
		}
	}
	return options, nil
}
