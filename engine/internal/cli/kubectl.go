// Package cli runs the upstream command-line tools that are linked into the engine.
package cli

import (
	"os"
	"slices"
	"strings"

	"k8s.io/cli-runtime/pkg/genericiooptions"
	componentcli "k8s.io/component-base/cli"
	"k8s.io/component-base/logs"
	kubectl "k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/plugin"
	"k8s.io/kubectl/pkg/cmd/util"

	// Credential plugins that a kubeconfig may name.
	_ "k8s.io/client-go/plugin/pkg/client/auth"
)

// Kubectl runs kubectl with the arguments after its name, on the process's own
// standard streams, and returns its exit code. Most failures end the process
// from within, as kubectl does, with kubectl's exit code.
func Kubectl(program string, args []string) int {
	// kubectl reads its arguments and its name from here.
	os.Args = append([]string{"kubectl"}, args...)
	// As upstream: the verbosity is set before the flags are parsed.
	_, _ = logs.GlogSetter(kubectl.GetLogVerbosity(os.Args))
	command := kubectl.NewDefaultKubectlCommandWithArgs(kubectl.KubectlOptions{
		PluginHandler: pluginHandler{kubectl.NewDefaultPluginHandler(plugin.ValidPluginFilenamePrefixes), program},
		Arguments:     os.Args,
		IOStreams:     genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr},
	})
	if err := componentcli.RunNoErrOutput(command); err != nil {
		util.CheckErr(err)
		return 1
	}
	return 0
}

// pluginHandler is upstream's, with the name of kubectl in KUBECTL_PATH:
// upstream follows links, and the engine's own file is not kubectl.
type pluginHandler struct {
	*kubectl.DefaultPluginHandler

	program string
}

func (handler pluginHandler) Execute(path string, args, environment []string) error {
	if handler.program != "" {
		isPath := func(variable string) bool { return strings.HasPrefix(variable, "KUBECTL_PATH=") }
		environment = append(slices.DeleteFunc(environment, isPath), "KUBECTL_PATH="+absolute(handler.program))
	}
	return handler.DefaultPluginHandler.Execute(path, args, environment)
}
