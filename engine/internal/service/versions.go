package service

import (
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"seatrial/engine/internal/protocol"
)

// EngineVersion is the version of the npm package that these sources belong to; the build sets it.
var EngineVersion = "0.0.0"

// Versions says what is linked into this binary. They are read from the binary's own module list,
// so they cannot drift.
func Versions() protocol.Hello {
	return protocol.Hello{
		Type:       "hello",
		Protocol:   protocol.Version,
		Engine:     EngineVersion,
		Kubernetes: moduleVersion("k8s.io/kubernetes"),
		Helm:       moduleVersion("helm.sh/helm/v4"),
		Etcd:       strings.TrimPrefix(moduleVersion("go.etcd.io/etcd/server/v3"), "v"),
		Go:         runtime.Version(),
		PID:        os.Getpid(),
	}
}

func moduleVersion(path string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, dependency := range info.Deps {
		if dependency.Path == path {
			return dependency.Version
		}
	}
	return ""
}
