//go:build linux

// seatrial-node is upstream's kubelet and kube-proxy in one program, for a node with real containers.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"
	// Log formats and metrics, as in upstream's programs.
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubeproxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

const usage = "usage: seatrial-node kubelet|kube-proxy [FLAG ...]"

func main() {
	command := commandOf(os.Args)
	if command == nil {
		fmt.Fprintln(os.Stderr, usage)
		os.Exit(2)
	}
	// Upstream's commands read the arguments of the process.
	os.Args = os.Args[1:]
	os.Exit(cli.Run(command))
}

func commandOf(arguments []string) *cobra.Command {
	if len(arguments) < 2 {
		return nil
	}
	switch arguments[1] {
	case "kubelet":
		return kubelet.NewKubeletCommand(context.Background())
	case "kube-proxy":
		return kubeproxy.NewProxyCommand()
	default:
		return nil
	}
}
