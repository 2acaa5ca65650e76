package cli

import (
	"os/exec"
	"path/filepath"
	"strings"
)

// Tool is one of the command-line tools. It runs with the arguments after its
// name and returns its exit code. program is the name under which the process
// was started when that is the tool's own, else empty.
type Tool func(program string, arguments []string) int

var tools = map[string]Tool{"kubectl": Kubectl, "helm": Helm}

// FindTool returns the tool of this name, or nil.
func FindTool(name string) Tool {
	return tools[name]
}

// ToolOf returns the tool that a program is named after, or nil: a link to the
// engine that is named kubectl is kubectl.
func ToolOf(program string) Tool {
	return tools[strings.TrimSuffix(filepath.Base(program), ".exe")]
}

// absolute returns the path of the program that was started as name, without
// following links; name itself when the path cannot be known.
func absolute(name string) string {
	path, err := exec.LookPath(name)
	if err != nil {
		return name
	}
	if path, err = filepath.Abs(path); err != nil {
		return name
	}
	return path
}
