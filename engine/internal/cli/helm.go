package cli

import (
	"errors"
	"log/slog"
	"os"

	helm "helm.sh/helm/v4/pkg/cmd"
	"helm.sh/helm/v4/pkg/kube"
)

// Helm runs helm with the arguments after its name, on the process's own
// standard streams, and returns its exit code.
func Helm(program string, args []string) int {
	name := "helm"
	if program != "" {
		name = absolute(program)
	}
	// Plugins get this name as HELM_BIN.
	os.Args = append([]string{name}, args...)
	// Without it the field manager would be named after the program's file.
	kube.ManagedFieldsManager = "helm"
	command, err := helm.NewRootCmd(os.Stdout, args, helm.SetupLogging)
	if err != nil {
		slog.Warn("command failed", slog.Any("error", err))
		return 1
	}
	if err := command.Execute(); err != nil {
		if failed, ok := errors.AsType[helm.CommandError](err); ok {
			return failed.ExitCode
		}
		return 1
	}
	return 0
}
