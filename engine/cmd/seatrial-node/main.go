//go:build linux

// seatrial-node is upstream's kubelet and kube-proxy, and a DNS server, in one program, for a node with real
// containers.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/component-base/cli"
	// Log formats and metrics, as in upstream's programs.
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubeproxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"

	"seatrial/engine/internal/dns"
)

const usage = "usage: seatrial-node kubelet|kube-proxy|dns [FLAG ...]"

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
	case "dns":
		return newDNSCommand()
	default:
		return nil
	}
}

func newDNSCommand() *cobra.Command {
	command := &cobra.Command{Use: "dns", Args: cobra.NoArgs}
	kubeconfig := command.Flags().String("kubeconfig", "", "the file with the API server's address and credentials")
	address := command.Flags().String("address", "", "the address on which it answers, with the port")
	command.RunE = func(command *cobra.Command, _ []string) error {
		config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
		if err != nil {
			return err
		}
		return dns.Run(command.Context(), config, *address)
	}
	return command
}
