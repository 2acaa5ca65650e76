// Package cli runs the upstream command-line tools that are linked into the engine.
package cli

import (
	"os"

	componentcli "k8s.io/component-base/cli"
	"k8s.io/component-base/logs"
	kubectl "k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"

	// Credential plugins that a kubeconfig may name.
	_ "k8s.io/client-go/plugin/pkg/client/auth"
)

// Kubectl runs kubectl with the arguments after its name, on the process's own
// standard streams, and returns its exit code. Most failures end the process
// from within, as kubectl does, with kubectl's exit code.
func Kubectl(args []string) int {
	// kubectl reads its arguments and its name from here.
	os.Args = append([]string{"kubectl"}, args...)
	// As upstream: the verbosity is set before the flags are parsed.
	_, _ = logs.GlogSetter(kubectl.GetLogVerbosity(os.Args))
	command := kubectl.NewDefaultKubectlCommand()
	if err := componentcli.RunNoErrOutput(command); err != nil {
		util.CheckErr(err)
		return 1
	}
	return 0
}
