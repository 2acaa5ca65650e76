//go:build linux

// seatrial-node-init runs the programs of a real node in namespaces of their own, and removes everything of
// them at the end. It is also the program of the node's pause image.
package main

import (
	"fmt"
	"os"

	"seatrial/engine/internal/node"
)

const usage = "usage: seatrial-node-init run DIRECTORY"

func main() {
	arguments := os.Args[1:]
	switch {
	case os.Args[0] == node.PausePath:
		node.Pause()
	case len(arguments) == 2 && arguments[0] == "run":
		os.Exit(node.Run(arguments[1]))
	case len(arguments) == 2 && arguments[0] == node.InsideCommand:
		os.Exit(node.Inside(arguments[1]))
	default:
		fmt.Fprintln(os.Stderr, usage)
		os.Exit(2)
	}
}
